// syncfs(2), which Swift's Glibc module leaves out.
extern int syncfs(int descriptor);
