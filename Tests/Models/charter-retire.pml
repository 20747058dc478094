/*
 * A lost region that is retired at size S, with a successor (protocol section 10): can a block beyond S be confirmed
 * beside the successor's blocks?
 *
 * The lost region is only cut off: it seals a block beyond S, which reaches some of the N voters. To sign the charter is
 * a persisted promise never to vote beyond S, and who has voted there does not sign. With K signatures the charter
 * stands and the successor seals for the lost region's vouchers. F voters lie: they do both.
 *
 * -DNAIVE_PROMISE      the signature promises nothing
 * -DNAIVE_VOTED        who has voted beyond S signs all the same
 * -DNAIVE_PERSIST      the promise is given before it is persisted
 */
#ifndef N
#define N 4
#endif
#ifndef K
#define K 3
#endif
#ifndef F
#define F 1
#endif

bool voted[N], agreed[N], promised[N];
byte votes, signatures;

proctype voter(byte self; bool lies) {
    do
    :: atomic {
        !voted[self] && (lies || !promised[self]) -> voted[self] = true; votes++ }
    :: atomic {
#ifdef NAIVE_VOTED
        !agreed[self]
#else
        !agreed[self] && (lies || !voted[self])
#endif
        ->
#ifdef NAIVE_PERSIST
        agreed[self] = true; signatures++ }
       /* It may crash here, before the promise is on disk. */
       if
       :: promised[self] = true
       :: true
       fi
#else
#ifndef NAIVE_PROMISE
        promised[self] = true;
#endif
        agreed[self] = true; signatures++ }
#endif
    :: true -> break
    od
}

active proctype always() {
    assert(!(votes >= K && signatures >= K))
}

init {
    byte next = 0;
    atomic {
        do
        :: next < N -> run voter(next, next < F); next++
        :: else -> break
        od
    }
}
