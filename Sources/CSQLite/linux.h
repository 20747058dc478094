/* Calls of the GNU C library on Linux that Swift's Glibc module leaves out, because it is built
   without _GNU_SOURCE: declared here as their manual pages give them. */

#include <linux/stat.h>

extern int renameat2(int old_directory, const char *old_name, int new_directory, const char *new_name,
                     unsigned int flags);
extern int statx(int directory, const char *name, int flags, unsigned int mask, struct statx *result);
extern int pipe2(int ends[2], int flags);
/* `actions` is a posix_spawn_file_actions_t of spawn.h, which would bring the types of Glibc along. */
extern int posix_spawn_file_actions_addclosefrom_np(void *actions, int first);
extern int posix_spawn_file_actions_addchdir_np(void *actions, const char *path);
