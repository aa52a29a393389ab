/* The verifier of Glimpse for C: make a request, check an answer, offline.
 *
 * A counter lives in a folder, which `glimpse-verifier init`, `trust` and `registration` make. Open it,
 * ask, check. An answer counts once, even across restarts and between programs with one folder.
 * Made from verifier/c/src/abi.rs: change it there. */

#ifndef GLIMPSE_VERIFIER_H
#define GLIMPSE_VERIFIER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// The version of this interface: it grows when a program must be compiled anew.
#define GLIMPSE_VERIFIER_ABI 1

// What came of a check. 0 is no verdict: the check did not take place.
typedef enum GlimpseOutcome {
  // No verdict; the error says why.
  GLIMPSE_OUTCOME_FAILED = 0,
  // Everything that was asked is shown.
  GLIMPSE_OUTCOME_ACCEPTED = 1,
  // The answer does not do. Whoever answered may try again.
  GLIMPSE_OUTCOME_REFUSED = 2,
  // Something is wrong on this side, and says nothing about whoever answered.
  GLIMPSE_OUTCOME_CANNOT_TELL = 3,
} GlimpseOutcome;

// A counter that is open. Several threads may use one; they wait for each other.
typedef struct GlimpseVerifier GlimpseVerifier;

// Why a function failed. Each call writes it anew, with NULLs where it succeeds; free it after each
// failure.
typedef struct GlimpseError {
  // A short name that stays the same, such as "no_counter", "policy", "argument".
  char *code;
  // English, with what to do.
  char *message;
} GlimpseError;

// A request to be shown.
typedef struct GlimpseAsked {
  // The text of its QR code, for alphanumeric mode.
  char *text;
  // Which request it is, for a check that waits for this one and no other.
  char *ticket;
  // When it ends, in seconds since 1970.
  uint64_t expires;
  // Whether wallets will show this verifier as a registered one.
  bool registered;
} GlimpseAsked;

// What a check came to. It holds what the holder agreed to show: free it when it is not needed.
typedef struct GlimpseVerdict {
  // The same as the function returned.
  enum GlimpseOutcome outcome;
  // "accepted", or a short name of the reason that stays the same, such as "used_already".
  char *code;
  // English for a clerk.
  char *words;
  // All of it as JSON, with the cards: see `specs/13-verifier.md`, 13.4.
  char *report;
} GlimpseVerdict;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of this interface that the library has, to compare with `GLIMPSE_VERIFIER_ABI`.
uint32_t glimpse_verifier_abi(void);

// Opens the counter of a folder, which `glimpse-verifier init` and `trust` have made. A trust list or
// registration that another program loads later is taken up by itself. NULL when it fails; then
// `error` says why.
//
// # Safety
// `folder`: a path in UTF-8 that ends with NUL. `error`: NULL, or where to write.
struct GlimpseVerifier *glimpse_verifier_open(const char *folder,
                                              struct GlimpseError *error);

// Makes a fresh request from a policy's text; `glimpse_verifier_check` then expects an answer to it.
// True when `asked` is filled; else `error` says why.
//
// # Safety
// `verifier`: open. `policy`: TOML in UTF-8 that ends with NUL. `now`: seconds since 1970, or 0 for
// this machine's clock. `asked`: where to write; free it afterwards. `error`: NULL, or where to write.
bool glimpse_verifier_request(const struct GlimpseVerifier *verifier,
                              const char *policy,
                              uint64_t now,
                              struct GlimpseAsked *asked,
                              struct GlimpseError *error);

// Makes a poster from a policy's text: a request to be printed, which many answer until a moment.
// `glimpse_verifier_check` then expects an answer to it, made at most `window` seconds ago. It is
// weaker than a fresh request against somebody who carries answers from elsewhere, and an age that
// it asks for is that of the day on which it is made. True when `asked` is filled; else `error` says why.
//
// # Safety
// `window`: 30 to 600 seconds. `until`: seconds since 1970, at most 366 days away. The rest as of
// `glimpse_verifier_request`.
bool glimpse_verifier_poster(const struct GlimpseVerifier *verifier,
                             const char *policy,
                             uint32_t window,
                             uint64_t until,
                             uint64_t now,
                             struct GlimpseAsked *asked,
                             struct GlimpseError *error);

// Checks an answer to the request of a ticket; a good one uses the request up. Returns the outcome,
// and `GLIMPSE_OUTCOME_FAILED` when the check did not take place; then `error` says why.
//
// # Safety
// `verifier`: open. `ticket`: as the request came with, or NULL for the latest request of the folder,
// whichever program made it. `answer`: the text of its QR code or its octets, of this length. `now`: seconds
// since 1970, or 0 for this machine's clock. `language`: of names, such as "nl", or NULL for "en".
// `verdict`: where to write; free it afterwards. `error`: NULL, or where to write.
enum GlimpseOutcome glimpse_verifier_check(const struct GlimpseVerifier *verifier,
                                           const char *ticket,
                                           const uint8_t *answer,
                                           size_t length,
                                           uint64_t now,
                                           const char *language,
                                           struct GlimpseVerdict *verdict,
                                           struct GlimpseError *error);

// Closes a counter. NULL is fine.
//
// # Safety
// `verifier`: open, and not used by any thread any more.
void glimpse_verifier_free(struct GlimpseVerifier *verifier);

// Frees what a request holds. NULL is fine, and so is twice.
//
// # Safety
// `asked`: NULL, zeros, or what `glimpse_verifier_request` or `glimpse_verifier_poster` filled.
void glimpse_asked_free(struct GlimpseAsked *asked);

// Overwrites and frees what a verdict holds. NULL is fine, and so is twice.
//
// # Safety
// `verdict`: NULL, zeros, or what `glimpse_verifier_check` filled.
void glimpse_verdict_free(struct GlimpseVerdict *verdict);

// Frees what an error holds. NULL is fine, and so is twice.
//
// # Safety
// `error`: NULL, zeros, or what a function here filled.
void glimpse_error_free(struct GlimpseError *error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GLIMPSE_VERIFIER_H */
