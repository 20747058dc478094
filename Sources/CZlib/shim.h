/* Input pointers are const: what zlib reads, it does not write. */
#define ZLIB_CONST
#include <zlib.h>
