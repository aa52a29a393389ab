/* What a careless program does: nothing is set to zero, NULL, text that is not UTF-8, a folder that is not there, freeing
 * twice. It ends with 0 when each is answered by an error, and prints the first that is not. */
#include <stdio.h>
#include <string.h>

#include "glimpse_verifier.h"

static int line;

static int is(GlimpseError *error, const char *code) {
    int same = error->code != NULL && strcmp(error->code, code) == 0 && strlen(error->message) > 0;
    glimpse_error_free(error);
    glimpse_error_free(error);
    return same && error->code == NULL && error->message == NULL;
}

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition) && line == 0)                                                             \
            line = __LINE__;                                                                       \
    } while (0)

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    GlimpseError error;
    GlimpseAsked asked;
    GlimpseVerdict verdict;
    const uint8_t octets[] = {'G', 'A', '1'};
    const char *latin = "caf\xe9";

    EXPECT(glimpse_verifier_open(NULL, &error) == NULL && is(&error, "argument"));
    EXPECT(glimpse_verifier_open(latin, &error) == NULL && is(&error, "argument"));
    EXPECT(glimpse_verifier_open("/nowhere", &error) == NULL && is(&error, "no_counter"));
    EXPECT(glimpse_verifier_open("/nowhere", NULL) == NULL);

    GlimpseVerifier *verifier = glimpse_verifier_open(argv[1], &error);
    EXPECT(verifier != NULL && error.code == NULL);
    glimpse_error_free(&error);
    EXPECT(!glimpse_verifier_request(NULL, "", 0, &asked, &error) && is(&error, "argument"));
    EXPECT(!glimpse_verifier_request(verifier, NULL, 0, &asked, &error) && is(&error, "argument"));
    EXPECT(!glimpse_verifier_request(verifier, latin, 0, &asked, &error) && is(&error, "argument"));
    EXPECT(!glimpse_verifier_request(verifier, "", 0, NULL, &error) && is(&error, "argument"));
    EXPECT(!glimpse_verifier_request(verifier, "name = 1", 0, &asked, &error) && is(&error, "policy"));
    EXPECT(!glimpse_verifier_request(verifier, "name = 1", 0, &asked, NULL));
    EXPECT(!glimpse_verifier_poster(NULL, "", 60, 0, 0, &asked, &error) && is(&error, "argument"));
    EXPECT(!glimpse_verifier_poster(verifier, NULL, 60, 0, 0, &asked, &error) && is(&error, "argument"));
    EXPECT(!glimpse_verifier_poster(verifier, "", 60, 0, 0, NULL, &error) && is(&error, "argument"));
    EXPECT(!glimpse_verifier_poster(verifier, "name = 1", 60, UINT64_MAX, 0, &asked, &error) && is(&error, "policy"));

    EXPECT(glimpse_verifier_check(NULL, NULL, octets, 3, 0, NULL, &verdict, &error) == GLIMPSE_OUTCOME_FAILED &&
           is(&error, "argument"));
    EXPECT(glimpse_verifier_check(verifier, NULL, NULL, 3, 0, NULL, &verdict, &error) == GLIMPSE_OUTCOME_FAILED &&
           is(&error, "argument"));
    EXPECT(glimpse_verifier_check(verifier, NULL, octets, (size_t)-1, 0, NULL, &verdict, &error) ==
               GLIMPSE_OUTCOME_FAILED &&
           is(&error, "argument"));
    EXPECT(glimpse_verifier_check(verifier, NULL, octets, 3, 0, latin, &verdict, &error) == GLIMPSE_OUTCOME_FAILED &&
           is(&error, "argument"));
    EXPECT(glimpse_verifier_check(verifier, NULL, octets, 3, 0, NULL, NULL, &error) == GLIMPSE_OUTCOME_FAILED &&
           is(&error, "argument"));
    EXPECT(glimpse_verifier_check(verifier, latin, octets, 3, 0, NULL, &verdict, &error) ==
               GLIMPSE_OUTCOME_FAILED &&
           is(&error, "argument"));
    EXPECT(glimpse_verifier_check(verifier, "0123", octets, 3, 0, NULL, &verdict, &error) ==
               GLIMPSE_OUTCOME_FAILED &&
           is(&error, "argument"));
    EXPECT(asked.text == NULL && verdict.report == NULL);
    glimpse_verdict_free(&verdict);
    EXPECT(glimpse_verifier_check(verifier, NULL, NULL, 0, 1, "xx", &verdict, NULL) != GLIMPSE_OUTCOME_ACCEPTED);
    EXPECT(verdict.report != NULL);
    glimpse_verdict_free(&verdict);
    glimpse_verdict_free(&verdict);
    EXPECT(verdict.report == NULL && verdict.outcome == GLIMPSE_OUTCOME_FAILED);

    glimpse_asked_free(&asked);
    glimpse_asked_free(NULL);
    glimpse_verdict_free(NULL);
    glimpse_error_free(NULL);
    glimpse_verifier_free(verifier);
    glimpse_verifier_free(NULL);
    if (line != 0)
        fprintf(stderr, "misuse.c, line %d\n", line);
    return line == 0 ? 0 : 1;
}
