#include <stddef.h>
#include <stdint.h>

/// libFuzzer's driver, from the compiler's runtime: runs `UserCb` on inputs until a limit of `argv` is reached.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*UserCb)(const uint8_t *Data, size_t Size));
