package org.signonflow.process.approval;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.signonflow.change.Field;

/** A form for decisions that differs from that of a single flow. */
public interface DecisionForm {

    /** The user task that has this form, by its key in the model. */
    String taskDefinitionKey();

    /** The accepted decisions. */
    Field decision();

    /** Validates which lines may be left out. */
    Field leaveOut();

    /**
     * Called when an authorized person has decided with a valid form.
     *
     * @throws org.signonflow.process.InvalidInput if it turns out to be invalid after all
     */
    void decided(DelegateTask task, String by);
}
