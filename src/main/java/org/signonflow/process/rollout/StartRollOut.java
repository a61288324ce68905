package org.signonflow.process.rollout;

import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.variable.Variables;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.WithoutAuthorizations;
import org.signonflow.process.request.TooManyOpenRequests;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOutEngine;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Settings;
import org.signonflow.rollout.Stage;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Starts a roll-out the same way as Tasklist's form. */
@Component
class StartRollOut implements RollOutEngine {

    private static final String ROLL_BACK = "RollBack";
    private static final String REQUESTERS = "sign-on-requesters";

    private final RuntimeService runtime;
    private final IdentityService identities;
    private final RollOuts rollOuts;
    private final TransactionTemplate transaction;

    StartRollOut(RuntimeService runtime, IdentityService identities, RollOuts rollOuts, PlatformTransactionManager transactions) {
        this.runtime = runtime;
        this.identities = identities;
        this.rollOuts = rollOuts;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public void rollBack(RollOut rollOut) {
        try {
            // The lock holds off whoever is about to decide, and waits for whoever just has.
            transaction.executeWithoutResult(status -> rollOuts.lock(rollOut.id()).ifPresent(this::rollBackLocked));
        } catch (AuthorizationException refused) {
            throw new NotAllowedException("Only operators may roll back this roll-out.", refused);
        } catch (MismatchingMessageCorrelationException | OptimisticLockingException | TransientDataAccessException other) {
            throw new NotPossibleException("The roll-out has just gone on: look where it stands, and try again.");
        }
    }

    private void rollBackLocked(RollOut rollOut) {
        if (rollOut.stage().hasEnded()) {
            throw new NotPossibleException(rollOut.stage() == Stage.COMPLETED && rollOut.undoes() == null
                ? "The roll-out has completed: request its undo instead." : "The roll-out has ended.");
        }
        Authentication who = identities.getCurrentAuthentication();
        if (who == null || !who.getGroupIds().contains(REQUESTERS) || !rollOut.mayBeWithdrawnBy(who.getUserId())) {
            runtime.createMessageCorrelation(ROLL_BACK).processInstanceId(rollOut.id()).correlate();
            return;
        }
        WithoutAuthorizations.get(identities, () -> {
            runtime.createMessageCorrelation(ROLL_BACK).processInstanceId(rollOut.id()).correlate();
            return null;
        });
        rollOuts.rolledBack(rollOut.id(), who.getUserId());
    }

    @Override
    public String undo(String rollOutId, String lines, boolean keepApplication, String reason) {
        Map<String, Object> variables = new HashMap<>(Map.of(ProcessVariables.ROLL_OUT, rollOutId));
        variables.put(ProcessVariables.LINES, lines);
        variables.put(ProcessVariables.KEEP, keepApplication ? ProcessVariables.APPLICATION : null);
        variables.put(FlowVariables.REASON, reason);
        try {
            return runtime.startProcessInstanceByKey(Flow.UNDO_ROLL_OUT, variables).getId();
        } catch (AuthorizationException notAllowed) {
            throw new NotAllowedException(notAllowed);
        }
    }

    @Override
    public String start(String fileName, byte[] list, Settings settings) {
        Map<String, Object> variables = new HashMap<>(settings.values());
        variables.put(ProcessVariables.NAME, settings.name());
        variables.put(FlowVariables.POLICY, settings.policy());
        variables.put(ProcessVariables.LIST, Variables.fileValue(fileName).file(list).create());
        try {
            return runtime.startProcessInstanceByKey(Flow.ROLL_OUT, settings.name(), variables).getId();
        } catch (AuthorizationException notAllowed) {
            throw new NotAllowedException(notAllowed);
        } catch (RuntimeException failure) {
            // The engine's interceptor has turned it into a REST response.
            throw failure.getCause() instanceof TooManyOpenRequests beyond ? new BeyondLimitException(beyond) : failure;
        }
    }
}
