package org.signonflow.rollout;

import java.util.Map;

/**
 * Where the applications of a roll-out stand.
 *
 * @param states    how many there are of each state
 * @param troubles  how many there are of each trouble
 * @param done      how many are as far as the roll-out's stage brings them: ready, assigned or undone
 * @param perMinute how many came there per minute of late
 */
public record Progress(int rows, Map<RowState, Integer> states, Map<Trouble, Integer> troubles, int done, int perMinute) {

    /** How many are in one of the states. */
    public int in(RowState... some) {
        int sum = 0;
        for (RowState state : some) {
            sum += states.getOrDefault(state, 0);
        }
        return sum;
    }
}
