/*
 * The first block of a new charter (protocol section 10): can two blocks of one height both be final if the chain's
 * region forks just there?
 *
 * Voters 0, 1, 2 are the old roster, 2, 3, 4 the new one, two of three are a quorum in both. The region seals block A,
 * which names the old epoch, and in its place block B, which names the new one, and block C upon B. A voter signs once
 * per block and epoch. B is final with certificates of both epochs, the removed voters' included; nothing upon it is
 * voted on before.
 *
 * -DNAIVE_NEW      a certificate of the new quorum alone makes B final
 * -DNAIVE_AHEAD    C is voted on as soon as B has the new quorum
 */
#define OLD(v) (v <= 2)
#define NEW(v) (v >= 2)

byte old[5];        /* what a voter signed in the old epoch at that height: 1 A, 2 B */
bool young[5];      /* whether it signed B in the new epoch */
bool upon[5];       /* whether it signed C */

#define COUNT(array, value) \
    ((array[0] == value) + (array[1] == value) + (array[2] == value) + (array[3] == value) + (array[4] == value))
#define FINAL_A (COUNT(old, 1) >= 2)
#define NEW_B (COUNT(young, 1) >= 2)
#ifdef NAIVE_NEW
#define FINAL_B NEW_B
#else
#define FINAL_B (NEW_B && COUNT(old, 2) >= 2)
#endif
#ifdef NAIVE_AHEAD
#define READY NEW_B
#else
#define READY FINAL_B
#endif
#define FINAL_C (COUNT(upon, 1) >= 2)

proctype voter(byte self) {
    do
    :: atomic { OLD(self) && old[self] == 0 -> if :: old[self] = 1 :: old[self] = 2 fi }
    /* Whoever saw A does not go on with B. */
    :: atomic { NEW(self) && !young[self] && old[self] != 1 -> young[self] = true }
    :: atomic { NEW(self) && young[self] && !upon[self] && READY -> upon[self] = true }
    :: true -> break
    od
}

active proctype always() {
    assert(!(FINAL_A && (FINAL_B || FINAL_C)))
}

init {
    byte next = 0;
    atomic {
        do
        :: next < 5 -> run voter(next); next++
        :: else -> break
        od
    }
}
