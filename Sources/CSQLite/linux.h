/* Calls of the GNU C library on Linux that Swift's Glibc module leaves out, because it is built
   without _GNU_SOURCE: declared here as renameat2(2) and statx(2) give them. */

#include <linux/stat.h>

extern int renameat2(int old_directory, const char *old_name, int new_directory, const char *new_name,
                     unsigned int flags);
extern int statx(int directory, const char *name, int flags, unsigned int mask, struct statx *result);
