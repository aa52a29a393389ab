/* A turnstile: it shows what to scan, and opens for whoever shows what was asked.
 *
 *   turnstile FOLDER ask POLICY [NOW]     prints the text of the QR code to show, and its ticket
 *   turnstile FOLDER poster POLICY WINDOW UNTIL [NOW]   the same for a code to print, which many answer
 *   turnstile FOLDER check TICKET [NOW]   reads what was scanned from standard input
 *
 * The ticket lets several turnstiles, which ask different things, share a folder. With - for it, the
 * answer must be to the latest request of any of them. WINDOW is how many seconds an answer to a printed code is good.
 *
 * FOLDER is made by `glimpse-verifier --counter FOLDER init --name en=Gate` and `trust`. NOW is in seconds since
 * 1970, for tests. It ends with 0 when the turnstile opens (or a code is shown), 1 when it stays shut,
 * 2 when nothing can be told.
 *
 *   cc -I ../include turnstile.c ../../../target/release/libglimpse_verifier_c.a -lpthread -ldl -lm -o turnstile
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glimpse_verifier.h"

static int failed(GlimpseError *error) {
    fprintf(stderr, "turnstile: %s (%s)\n", error->message, error->code);
    glimpse_error_free(error);
    return 2;
}

/* A policy's text, or NULL. */
static const char *read_policy(const char *file) {
    static char policy[16 * 1024 + 1]; /* more is no policy */
    FILE *in = fopen(file, "rb");
    if (in == NULL) {
        perror(file);
        return NULL;
    }
    size_t length = fread(policy, 1, sizeof policy - 1, in);
    int whole = !ferror(in) && fgetc(in) == EOF && memchr(policy, '\0', length) == NULL;
    fclose(in);
    /* Half a policy would ask something else. */
    if (!whole) {
        fprintf(stderr, "turnstile: %s is no policy\n", file);
        return NULL;
    }
    policy[length] = '\0';
    return policy;
}

static int show(GlimpseAsked *asked) {
    puts(asked->text);
    puts(asked->ticket);
    glimpse_asked_free(asked);
    return 0;
}

static int ask(const GlimpseVerifier *verifier, const char *file, uint64_t now) {
    const char *policy = read_policy(file);
    if (policy == NULL)
        return 2;
    GlimpseAsked asked;
    GlimpseError error;
    if (!glimpse_verifier_request(verifier, policy, now, &asked, &error))
        return failed(&error);
    return show(&asked);
}

static int print(const GlimpseVerifier *verifier, const char *file, uint32_t window, uint64_t until, uint64_t now) {
    const char *policy = read_policy(file);
    if (policy == NULL)
        return 2;
    GlimpseAsked asked;
    GlimpseError error;
    if (!glimpse_verifier_poster(verifier, policy, window, until, now, &asked, &error))
        return failed(&error);
    return show(&asked);
}

static int check(const GlimpseVerifier *verifier, const char *ticket, uint64_t now) {
    static uint8_t scanned[128 * 1024]; /* no answer is as large */
    size_t length = fread(scanned, 1, sizeof scanned, stdin);

    GlimpseVerdict verdict;
    GlimpseError error;
    switch (glimpse_verifier_check(verifier, ticket, scanned, length, now, NULL, &verdict, &error)) {
    case GLIMPSE_OUTCOME_ACCEPTED:
        puts(verdict.report);
        fprintf(stderr, "open\n");
        glimpse_verdict_free(&verdict);
        return 0;
    case GLIMPSE_OUTCOME_REFUSED:
        puts(verdict.report);
        fprintf(stderr, "shut: %s\n", verdict.words);
        glimpse_verdict_free(&verdict);
        return 1;
    case GLIMPSE_OUTCOME_CANNOT_TELL:
        puts(verdict.report);
        fprintf(stderr, "shut: %s\n", verdict.words);
        glimpse_verdict_free(&verdict);
        return 2;
    default:
        return failed(&error);
    }
}

static uint64_t number(const char *text) {
    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

int main(int argc, char **argv) {
    const char *what = argc >= 4 ? argv[2] : "";
    int asks = strcmp(what, "ask") == 0, checks = strcmp(what, "check") == 0;
    int prints = strcmp(what, "poster") == 0 && argc >= 6;
    if (!asks && !checks && !prints) {
        fprintf(stderr, "usage: turnstile FOLDER ask POLICY [NOW] | turnstile FOLDER poster POLICY WINDOW UNTIL [NOW] | "
                        "turnstile FOLDER check TICKET [NOW]\n");
        return 2;
    }
    if (glimpse_verifier_abi() != GLIMPSE_VERIFIER_ABI) {
        fprintf(stderr, "turnstile: this library is of another version; compile anew\n");
        return 2;
    }

    GlimpseError error;
    GlimpseVerifier *verifier = glimpse_verifier_open(argv[1], &error);
    if (verifier == NULL)
        return failed(&error);
    const char *named = argv[3];
    int status;
    /* An argument that is not there is NULL: argv ends with it. */
    if (asks)
        status = ask(verifier, named, number(argv[4]));
    else if (prints)
        status = print(verifier, named, (uint32_t)number(argv[4]), number(argv[5]), number(argv[6]));
    else
        status = check(verifier, strcmp(named, "-") == 0 ? NULL : named, number(argv[4]));
    glimpse_verifier_free(verifier);
    return status;
}
