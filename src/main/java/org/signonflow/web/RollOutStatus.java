package org.signonflow.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.signonflow.change.Changes;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.OpenDecisions;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.Progress;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;
import org.signonflow.security.setup.Roles;
import org.springframework.security.core.Authentication;

import java.util.List;

/**
 * How far a roll-out is.
 *
 * @param secondsLeft until its stage has done what it can without a person, at the current pace; null if nothing moves
 * @param rejection   why it was rejected; null unless it was
 * @param undoneBy    the roll-outs that undo rows of it, latest first
 * @param inEffect    how many of its applications sign on by it: completed, and not undone since
 * @param notUndone   of an undo: which chosen lines it leaves as they are, and why; a sentence each
 * @param mayUndo     whether the caller may request its undo
 * @param mayRollBack whether the caller may roll it back now
 * @param withdraws   whether that is withdrawing their own request
 * @param task        the task in which the caller may decide on it; null if there is none, or not for them
 */
record RollOutStatus(@JsonUnwrapped RollOut rollOut, Progress progress, Long secondsLeft, String rejection, String task,
                     List<RollOut> undoneBy, int inEffect, List<String> notUndone, boolean mayUndo, boolean mayRollBack,
                     boolean withdraws) {

    static RollOutStatus of(RollOut rollOut, RollOuts rollOuts, Changes changes, OpenDecisions decisions, EngineHistory history,
                            Authentication who) {
        Progress progress = rollOuts.progress(rollOut.id());
        boolean moves = progress.perMinute() > 0 && !rollOut.stage().hasEnded() && rollOut.stage() != Stage.WAITING_FOR_APPROVAL;
        long left = progress.rows() - progress.done() - progress.troubles().getOrDefault(Trouble.FAILED, 0);
        boolean operator = PageHeader.isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS);
        boolean withdraws = !operator && PageHeader.isAny(who, Roles.REQUESTERS) && rollOut.mayBeWithdrawnBy(who.getName());
        return new RollOutStatus(rollOut, progress, moves ? left * 60 / progress.perMinute() : null,
            rollOut.stage() == Stage.REJECTED ? history.variables(rollOut.id()).get(ProcessVariables.REJECTION) : null,
            rollOut.stage() == Stage.WAITING_FOR_APPROVAL ? decisions.task(rollOut.id(), who.getName()).orElse(null) : null,
            rollOuts.undoing(rollOut.id()), changes.countInEffect(rollOut.id(), 1),
            rollOut.undoes() == null ? List.of()
                : history.variables(rollOut.id()).getOrDefault(ProcessVariables.NOT_UNDONE, "").lines().toList(),
            mayUndo(rollOut, changes, who), withdraws || operator && rollOut.mayBeRolledBack(), withdraws);
    }

    /** Whether someone may request the undo of a roll-out that they see, if there is something to undo. */
    static boolean mayUndo(RollOut rollOut, Changes changes, Authentication who) {
        return rollOut.endedAt() != null && VisibleChanges.mayAct(rollOut.requestedBy(), who)
            && changes.countInEffect(rollOut.id(), Integer.MIN_VALUE) > 0;
    }
}
