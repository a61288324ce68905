package org.signonflow.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.OpenDecisions;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.Progress;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;

/**
 * How far a roll-out is.
 *
 * @param secondsLeft until its stage has done what it can without a person, at the current pace; null if nothing moves
 * @param rejection   why it was rejected; null unless it was
 * @param task        the task in which the caller may decide on it; null if there is none, or not for them
 */
record RollOutStatus(@JsonUnwrapped RollOut rollOut, Progress progress, Long secondsLeft, String rejection, String task) {

    static RollOutStatus of(RollOut rollOut, RollOuts rollOuts, OpenDecisions decisions, EngineHistory history, String user) {
        Progress progress = rollOuts.progress(rollOut.id());
        boolean moves = progress.perMinute() > 0 && !rollOut.stage().hasEnded() && rollOut.stage() != Stage.WAITING_FOR_APPROVAL;
        long left = progress.rows() - progress.done() - progress.troubles().getOrDefault(Trouble.FAILED, 0);
        return new RollOutStatus(rollOut, progress, moves ? left * 60 / progress.perMinute() : null,
            rollOut.stage() == Stage.REJECTED ? history.variables(rollOut.id()).get(ProcessVariables.REJECTION) : null,
            rollOut.stage() == Stage.WAITING_FOR_APPROVAL ? decisions.task(rollOut.id(), user).orElse(null) : null);
    }
}
