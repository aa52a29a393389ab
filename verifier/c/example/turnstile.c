/* A turnstile: it shows what to scan, and opens for whoever shows what was asked.
 *
 *   turnstile FOLDER ask POLICY [NOW]     prints the text of the QR code to show, and its ticket
 *   turnstile FOLDER check TICKET [NOW]   reads what was scanned from standard input
 *
 * The ticket lets several turnstiles, which ask different things, share a folder. With - for it, the
 * answer must be to the latest request of any of them.
 *
 * FOLDER is made by `glimpse-verifier init FOLDER` and `glimpse-verifier trust`. NOW is in seconds since
 * 1970, for tests. It ends with 0 when the turnstile opens (or a code is shown), 1 when it stays shut,
 * 2 when nothing can be told.
 *
 *   cc -I ../include turnstile.c -L ../../../target/release -lglimpse_verifier -o turnstile
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

static int ask(const GlimpseVerifier *verifier, const char *file, uint64_t now) {
    static char policy[16 * 1024 + 1]; /* more is no policy */
    FILE *in = fopen(file, "rb");
    if (in == NULL) {
        perror(file);
        return 2;
    }
    size_t length = fread(policy, 1, sizeof policy - 1, in);
    int whole = !ferror(in) && fgetc(in) == EOF && memchr(policy, '\0', length) == NULL;
    fclose(in);
    /* Half a policy would ask something else. */
    if (!whole) {
        fprintf(stderr, "turnstile: %s is no policy\n", file);
        return 2;
    }
    policy[length] = '\0';

    GlimpseAsked asked;
    GlimpseError error;
    if (!glimpse_verifier_request(verifier, policy, now, &asked, &error))
        return failed(&error);
    puts(asked.text);
    puts(asked.ticket);
    glimpse_asked_free(&asked);
    return 0;
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

int main(int argc, char **argv) {
    int asks = argc >= 4 && strcmp(argv[2], "ask") == 0;
    int checks = argc >= 4 && strcmp(argv[2], "check") == 0;
    if (!asks && !checks) {
        fprintf(stderr, "usage: turnstile FOLDER ask POLICY [NOW] | turnstile FOLDER check TICKET [NOW]\n");
        return 2;
    }
    if (glimpse_verifier_abi() != GLIMPSE_VERIFIER_ABI) {
        fprintf(stderr, "turnstile: this library is of another version; compile anew\n");
        return 2;
    }
    uint64_t now = argc >= 5 ? strtoull(argv[4], NULL, 10) : 0;

    GlimpseError error;
    GlimpseVerifier *verifier = glimpse_verifier_open(argv[1], &error);
    if (verifier == NULL)
        return failed(&error);
    const char *ticket = strcmp(argv[3], "-") == 0 ? NULL : argv[3];
    int status = asks ? ask(verifier, argv[3], now) : check(verifier, ticket, now);
    glimpse_verifier_free(verifier);
    return status;
}
