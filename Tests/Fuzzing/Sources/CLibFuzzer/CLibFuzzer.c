#include "CLibFuzzer.h"

// The linker takes in libFuzzer's own main as well, which names this. It is never called: main.swift runs the driver.
int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
    (void)Data;
    (void)Size;
    return -1;
}
