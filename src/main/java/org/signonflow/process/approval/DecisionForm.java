package org.signonflow.process.approval;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.signonflow.change.Field;

/** The form on which somebody decides, where it is another than that of a flow by itself. */
public interface DecisionForm {

    /** The user task that has it, by its key in the model. */
    String taskDefinitionKey();

    /** What may be decided. */
    Field decision();

    /** Which lines may be left out. */
    Field leaveOut();

    /**
     * Somebody who may has decided, and the form is in order.
     *
     * @throws org.signonflow.process.InvalidInput where it is in no order after all
     */
    void decided(DelegateTask task, String by);
}
