package org.signonflow.change;

import java.util.Map;

/** Carries out changes, on behalf of whoever is logged in. */
public interface ChangeEngine {

    /**
     * Starts a flow.
     *
     * @param businessKey null to have it composed of names
     * @param variables   strings, numbers and booleans by name
     * @return the id of the change
     * @throws NotAllowedException if they are not allowed to
     */
    String start(Flow flow, String businessKey, Map<String, Object> variables);

    /**
     * Undoes a change that has not ended, from wherever it waits or is stuck. Operators may do this with every change, requesters with
     * their own as long as nothing of it can take effect.
     *
     * @throws NotAllowedException     if they are not allowed to
     * @throws NotPossibleException    if it has ended, or is being undone
     */
    void rollBack(Change change);

    /**
     * Starts the undo of a completed change, which another person approves. Operators may do this with every change, requesters with
     * their own.
     *
     * @param keepApplication whether to leave the application if the change created it
     * @param urgent          whether its policy is unassigned at once, and the rest approved; for operators, if the installation allows it
     * @param reason          null if nothing is said
     * @return the id of the change that undoes it
     * @throws NotAllowedException if they are not allowed to
     */
    String undo(Change change, boolean keepApplication, boolean urgent, String reason);

    /**
     * Compares a completed change with PingOne, and records what is found.
     *
     * @throws NotPossibleException                          if it is not in effect, or cannot be compared now
     * @throws NotAnsweredException                          if PingOne has not answered in time; then it is recorded once it has
     * @throws org.signonflow.pingone.PingOneException       if PingOne refuses; that is recorded as well
     */
    void check(Change change);

    /**
     * Repeats the steps that have failed for good.
     *
     * @throws NotAllowedException  if they are not allowed to
     * @throws NotPossibleException if none has
     */
    void retry(Change change);

    /** The user is not allowed to do this. */
    class NotAllowedException extends RuntimeException {

        public NotAllowedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The change's state does not allow this. */
    class NotPossibleException extends RuntimeException {

        public NotPossibleException(String message) {
            super(message);
        }
    }

    /** PingOne does not answer in time. */
    class NotAnsweredException extends RuntimeException {

        public NotAnsweredException(String message) {
            super(message);
        }
    }
}
