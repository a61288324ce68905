package org.signonflow.process.rollout;

import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.signonflow.pingone.PingOneException;
import org.signonflow.process.Failures;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.Plan;
import org.signonflow.rollout.Planner;
import org.signonflow.rollout.Problem;
import org.signonflow.rollout.RollOuts;
import org.springframework.stereotype.Component;

/**
 * Plans the roll-out again, since time has passed, and stores what its rows need to know about PingOne, so that it is read only once for
 * all of them.
 */
@Component
class CheckRollOut implements JavaDelegate {

    private static final int SHOWN_PROBLEMS = 10;

    private final Planner planner;
    private final RollOuts rollOuts;
    private final Failures failures;

    CheckRollOut(Planner planner, RollOuts rollOuts, Failures failures) {
        this.planner = planner;
        this.rollOuts = rollOuts;
        this.failures = failures;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String id = execution.getProcessInstanceId();
        Plan plan;
        try {
            plan = planner.plan(rollOuts.requests(id), id);
        } catch (PingOneException failure) {
            throw failures.translate(failure, execution.getCurrentActivityName(), true, null, "");
        }
        if (!plan.problems().isEmpty()) {
            throw new BpmnError(Failures.REFUSED_BY_PINGONE, plan.problems().stream().limit(SHOWN_PROBLEMS).map(Problem::toString)
                .collect(Collectors.joining(" ")));
        }
        plan.environments().forEach(environment -> {
            rollOuts.know(id, environment.facts());
            rollOuts.found(id, environment.found());
        });
        execution.setVariable(ProcessVariables.PLAN, plan.summary());
    }
}
