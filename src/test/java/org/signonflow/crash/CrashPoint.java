package org.signonflow.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A moment in the life of a flow at which the engine is killed.
 *
 * @param lost   the call whose reply was lost earlier, so that undo has to settle it; null if all went well until the kill
 * @param call   the call at which the engine is killed; null if it is a decision
 */
record CrashPoint(Flow flow, Way way, Call lost, Call call, Moment moment) {

    /** How the flow goes, apart from the kill. */
    enum Way {
        /** Approved. */
        APPROVED("COMPLETED"),
        /** Declined by the approver. */
        DECLINED("DECLINED"),
        /** PingOne refuses the action, after everything else was created. */
        REJECTED("REJECTED"),
        /** Asks for a scope that does not exist, which is noticed before a policy is created. */
        SCOPE_UNKNOWN("REJECTED"),
        /** Rolled back while the approval waits. */
        ROLLED_BACK("ROLLED_BACK"),
        /** Rolled back just after a reply was lost, before the engine tries again; killed while that call is being undone. */
        REPLY_LOST_ROLLED_BACK("ROLLED_BACK"),
        /** Rolled back once the killed engine is back, before it runs a job: undo has to settle the call at which it was killed. */
        KILLED_ROLLED_BACK("ROLLED_BACK"),
        /** Completed, then undone by another instance, which is approved: the run is of that one. */
        UNDONE("COMPLETED"),
        /** Completed, then undone urgently by another instance, which unassigns the policy at once, is declined, and assigns it again. */
        URGENT_DECLINED("DECLINED");

        final String outcome;

        Way(String outcome) {
            this.outcome = outcome;
        }
    }

    /** The exact moment. */
    enum Moment {
        /** The journal entry is begun and committed; the request has not reached the server. */
        BEFORE_SEND,
        /** The server has made the change; its reply has not arrived. */
        AFTER_COMMIT,
        /** The reply is understood and recorded; the engine has not committed. */
        AFTER_REPLY,
        /** A decision's rows are written; the engine has not committed them. */
        DECISION_WRITTEN,
        /** A decision is committed; the person who made it has no response. */
        DECISION_COMMITTED,
        /** A decision was answered; the steps that follow have begun, but have not called PingOne. */
        DECISION_ANSWERED;

        boolean isAtCall() {
            return this == BEFORE_SEND || this == AFTER_COMMIT || this == AFTER_REPLY;
        }
    }

    private static final List<Moment> AT_CALLS = List.of(Moment.BEFORE_SEND, Moment.AFTER_COMMIT, Moment.AFTER_REPLY);
    private static final List<Moment> AT_DECISIONS = List.of(Moment.DECISION_WRITTEN, Moment.DECISION_COMMITTED, Moment.DECISION_ANSWERED);

    /** Every point of both flows. */
    static List<CrashPoint> all() {
        List<CrashPoint> points = new ArrayList<>();
        for (Flow flow : Flow.values()) {
            flow.creates.forEach(call -> AT_CALLS.forEach(moment -> points.add(new CrashPoint(flow, Way.APPROVED, null, call, moment))));
            for (Way decided : List.of(Way.APPROVED, Way.DECLINED)) {
                AT_DECISIONS.forEach(moment -> points.add(new CrashPoint(flow, decided, null, null, moment)));
            }
            for (Way undone : List.of(Way.DECLINED, Way.REJECTED, Way.ROLLED_BACK)) {
                flow.creates.stream().filter(call -> call != Call.ASSIGN_POLICY && call != Call.ADD_ACTION).map(Call::undo)
                    .forEach(call -> AT_CALLS.forEach(moment -> points.add(new CrashPoint(flow, undone, null, call, moment))));
            }
            flow.creates.forEach(call -> AT_CALLS.forEach(moment -> {
                points.add(new CrashPoint(flow, Way.REPLY_LOST_ROLLED_BACK, call, call.undo(), moment));
                points.add(new CrashPoint(flow, Way.KILLED_ROLLED_BACK, null, call, moment));
            }));
        }
        return points;
    }

    /** Every point of the undo of what both flows have completed. */
    static List<CrashPoint> ofUndo() {
        List<CrashPoint> points = new ArrayList<>();
        for (Flow flow : Flow.values()) {
            AT_DECISIONS.forEach(moment -> points.add(new CrashPoint(flow, Way.UNDONE, null, null, moment)));
            flow.creates.stream().filter(call -> call != Call.ADD_ACTION).map(Call::undo)
                .forEach(call -> AT_CALLS.forEach(moment -> points.add(new CrashPoint(flow, Way.UNDONE, null, call, moment))));
        }
        return points;
    }

    /** Every point at which an urgent undo, once declined, has unassigned a policy and assigns it again. */
    static List<CrashPoint> ofUrgentUndo() {
        List<CrashPoint> points = new ArrayList<>();
        for (Flow flow : Flow.values()) {
            AT_DECISIONS.forEach(moment -> points.add(new CrashPoint(flow, Way.URGENT_DECLINED, null, null, moment)));
            for (Call call : List.of(Call.DELETE_ASSIGNMENT, Call.ASSIGN_POLICY)) {
                AT_CALLS.forEach(moment -> points.add(new CrashPoint(flow, Way.URGENT_DECLINED, null, call, moment)));
            }
        }
        return points;
    }

    /** Whether it is of the undo of another instance, which has completed before. */
    boolean isOfUndo() {
        return way == Way.UNDONE || way == Way.URGENT_DECLINED;
    }

    /** Whether the undo is not to get as far as to wait for its approval. */
    boolean isBeforeApproval() {
        return way == Way.URGENT_DECLINED && call == Call.DELETE_ASSIGNMENT;
    }

    /** A few that differ most from each other. */
    static List<CrashPoint> smoke() {
        return List.of(
            new CrashPoint(Flow.MFA, Way.APPROVED, null, Call.CREATE_APPLICATION, Moment.AFTER_COMMIT),
            new CrashPoint(Flow.MFA, Way.APPROVED, null, Call.GRANT_SCOPES, Moment.BEFORE_SEND),
            new CrashPoint(Flow.MFA, Way.DECLINED, null, Call.REVOKE_SCOPES, Moment.AFTER_COMMIT),
            new CrashPoint(Flow.PASSWORDLESS, Way.APPROVED, null, null, Moment.DECISION_WRITTEN),
            new CrashPoint(Flow.PASSWORDLESS, Way.KILLED_ROLLED_BACK, null, Call.ASSIGN_POLICY, Moment.AFTER_REPLY),
            new CrashPoint(Flow.MFA, Way.UNDONE, null, Call.DELETE_ASSIGNMENT, Moment.AFTER_COMMIT),
            new CrashPoint(Flow.MFA, Way.URGENT_DECLINED, null, Call.DELETE_ASSIGNMENT, Moment.AFTER_COMMIT),
            new CrashPoint(Flow.PASSWORDLESS, Way.URGENT_DECLINED, null, Call.ASSIGN_POLICY, Moment.AFTER_COMMIT));
    }

    /** The instruction for {@link Hold}; empty if the call is held by the proxy instead. */
    Optional<String> hold() {
        return switch (moment) {
            case BEFORE_SEND, AFTER_COMMIT -> Optional.empty();
            case AFTER_REPLY -> Optional.of("end " + (way == Way.UNDONE && call == Call.DELETE_ASSIGNMENT ? "Task_UnassignPolicy"
                : way == Way.URGENT_DECLINED ? call == Call.DELETE_ASSIGNMENT ? "Task_UnassignPolicyAtOnce" : "Task_AssignPolicyAgain"
                // The action goes with its policy, which is deleted in its turn.
                : lost == null || lost == Call.ADD_ACTION ? call.task : "Task_SettleBeforeRollBack"));
            case DECISION_WRITTEN -> Optional.of("written " + approval());
            case DECISION_COMMITTED -> Optional.of("committed " + approval());
            case DECISION_ANSWERED -> Optional.of("start " + (way == Way.APPROVED ? "Task_AssignPolicy"
                : way == Way.UNDONE ? "Task_UnassignPolicy" : way == Way.URGENT_DECLINED ? "Task_AssignPolicyAgain"
                : "Event_UndoDeclined"));
        };
    }

    private String approval() {
        return isOfUndo() ? "Task_ApproveUndo" : "Task_ApproveAssignment";
    }

    String where() {
        return moment + (call == null ? "" : " " + call) + (lost == null ? "" : " of lost " + lost);
    }

    @Override
    public String toString() {
        return flow + " " + way + " " + where();
    }
}
