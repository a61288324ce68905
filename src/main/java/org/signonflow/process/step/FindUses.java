package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.change.PlainText;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.Failures;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.stream.Collectors;

/** Shows the approvers of an undo what it will delete, what it will leave, and how users sign on afterwards. */
@Component
class FindUses extends PingOneTask {

    private final UndoReview review;

    FindUses(PingOneAccess access, UndoReview review) {
        super(access);
        this.review = review;
    }

    @Override
    protected int takePermits(DelegateExecution execution) {
        return review.takePermits(execution);
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        UndoReview.Found found = review.read(execution, pingone);
        if (found.problem() != null) {
            throw new BpmnError(Failures.REFUSED_BY_PINGONE, PlainText.oneLine(found.problem()));
        }
        execution.setVariable(FlowVariables.SIGN_ON_NOW, oneLine(found.signOnNow()));
        execution.setVariable(FlowVariables.SIGN_ON_AFTER, oneLine(found.signOnAfter()));
        execution.setVariable(ProcessVariables.GOES, lines(found.goes()));
        execution.setVariable(ProcessVariables.STAYS, lines(found.stays()));
        execution.setVariable(ProcessVariables.DELETES_POLICY, found.deletesPolicy());
        execution.setVariable(ProcessVariables.DELETES_APPLICATION, found.deletesApplication());
        execution.setVariable(ProcessVariables.SHOWN, found.digest());
        execution.setVariable(ProcessVariables.UNASSIGNS_AT_ONCE, UndoReview.isAtOnce(execution));
        // Whoever is asked again has an empty form.
        execution.setVariable(ProcessVariables.DECISION, null);
        execution.setVariable(ProcessVariables.COMMENT, null);
    }

    private static String oneLine(String words) {
        return words == null ? null : PlainText.oneLine(words);
    }

    private static String lines(List<String> lines) {
        // A name must not look like another line.
        return lines.isEmpty() ? null : InWords.cut(lines.stream().map(PlainText::oneLine).collect(Collectors.joining("\n")));
    }
}
