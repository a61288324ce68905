package org.signonflow.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.signonflow.rollout.Progress;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;

/**
 * How far a roll-out is.
 *
 * @param secondsLeft until its stage has done what it can without a person, at the current pace; null if nothing moves
 */
record RollOutStatus(@JsonUnwrapped RollOut rollOut, Progress progress, Long secondsLeft) {

    static RollOutStatus of(RollOut rollOut, RollOuts rollOuts) {
        Progress progress = rollOuts.progress(rollOut.id());
        boolean moves = progress.perMinute() > 0 && !rollOut.stage().hasEnded() && rollOut.stage() != Stage.WAITING_FOR_APPROVAL;
        long left = progress.rows() - progress.done() - progress.troubles().getOrDefault(Trouble.FAILED, 0);
        return new RollOutStatus(rollOut, progress, moves ? left * 60 / progress.perMinute() : null);
    }
}
