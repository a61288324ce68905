package org.signonflow.rollout;

import java.util.Map;

/**
 * The progress of a roll-out's applications.
 *
 * @param states    how many there are in each state
 * @param troubles  how many there are with each trouble
 * @param done      how many have reached the goal of the roll-out's stage: ready, assigned or undone
 * @param perMinute how many got there per minute recently
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
