/*
 * A charter that rules which branch of a fork stands (protocol section 10): can the other branch have a certificate, or
 * get one, from the votes of the old epoch?
 *
 * N voters, F of them liars who vote for both branches. A signer has heard some of the votes. It rules for branch 0
 * only if branch 1 can no longer be certified: it counts the votes stated for it, the voters not heard from, and at
 * least max(F, 1) more.
 *
 * -DNAIVE_STATED     only the votes stated for the other branch are counted
 * -DNAIVE_HONEST     and the voters not heard from, but no liars
 */
#ifndef N
#define N 5
#endif
#ifndef K
#define K 3
#endif
#ifndef F
#define F 1
#endif

bool vote[N * 2];       /* voter * 2 + branch: signed in the old epoch */
bool heard[N * 2];      /* by whoever signs the ruling */
bool ruled;
byte against, unheard, votes;

inline weigh() {
    against = 0;
    unheard = 0;
    voter = 0;
    do
    :: voter < N ->
        if
        :: heard[voter * 2 + 1] -> against++
        :: !heard[voter * 2 + 1] && !heard[voter * 2] -> unheard++
        :: else
        fi;
        voter++
    :: else -> break
    od;
#ifdef NAIVE_STATED
    ruled = against < K;
#else
#ifdef NAIVE_HONEST
    ruled = against + unheard < K;
#else
    ruled = against + unheard + (F > 1 -> F : 1) < K;
#endif
#endif
    voter = 0; against = 0; unheard = 0
}

active proctype signer() {
    byte voter, item;
    do
    :: atomic { select(item : 0 .. N * 2 - 1); heard[item] = heard[item] || vote[item]; item = 0 }
    :: atomic { !ruled -> weigh() }
    :: true -> break
    od
}

proctype honest(byte self) {
    if
    :: vote[self * 2] = true
    :: atomic { vote[self * 2 + 1] = true; votes++ }
    :: true
    fi
}

proctype liar(byte self) {
    vote[self * 2] = true;
    atomic { vote[self * 2 + 1] = true; votes++ }
}

active proctype always() {
    assert(!(ruled && votes >= K))
}

init {
    byte next = 0;
    atomic {
        do
        :: next < F -> run liar(next); next++
        :: next >= F && next < N -> run honest(next); next++
        :: next == N -> break
        od
    }
}
