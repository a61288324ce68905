package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Checks an approver's decision before it counts. */
@Component
class CheckDecision implements TaskListener {

    private static final Field DECISION = Field.required(ProcessVariables.DECISION, Field.oneOf("approve", "decline"));
    private static final Field COMMENT = Field.optional(ProcessVariables.COMMENT, null, Field.longText());

    @Override
    public void notify(DelegateTask task) {
        List<String> problems = new ArrayList<>();
        Object comment = task.getVariable(ProcessVariables.COMMENT);
        // People write comments in paragraphs.
        Object paragraphs = comment instanceof String text ? text.replaceAll("[\\r\\n\\t]", " ") : comment;
        Stream.of(DECISION.problem(task.getVariable(ProcessVariables.DECISION)), COMMENT.problem(paragraphs))
            .filter(Objects::nonNull).forEach(problems::add);
        if ("decline".equals(task.getVariable(ProcessVariables.DECISION)) && ProcessVariables.text(task, ProcessVariables.COMMENT) == null) {
            problems.add("comment: is required to decline.");
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
    }
}
