package org.signonflow.process.change;

import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.WithoutAuthorizations;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What people may do with a change, besides deciding on it: by the engine's authorisations, as over its REST API. */
@Component
class ChangeActions implements ChangeEngine {

    /** More than the steps that one instance can be at. */
    private static final int MOST_JOBS = 100;
    private static final String ROLL_BACK = "RollBack";
    private static final String REQUESTERS = "sign-on-requesters";

    private final Changes changes;
    private final TransactionTemplate transaction;
    private final EngineHistory history;
    private final RuntimeService runtime;
    private final ManagementService management;
    private final IdentityService identities;
    private final DriftCheck driftCheck;

    ChangeActions(Changes changes, EngineHistory history, RuntimeService runtime, ManagementService management, IdentityService identities,
                  DriftCheck driftCheck, PlatformTransactionManager transactions) {
        this.driftCheck = driftCheck;
        this.changes = changes;
        this.history = history;
        this.transaction = new TransactionTemplate(transactions);
        this.runtime = runtime;
        this.management = management;
        this.identities = identities;
    }

    @Override
    public String start(Flow flow, String businessKey, Map<String, Object> variables) {
        try {
            return runtime.startProcessInstanceByKey(flow.key(), businessKey, variables).getId();
        } catch (AuthorizationException refused) {
            throw new NotAllowedException("Only requesters may start changes.", refused);
        }
    }

    @Override
    public void rollBack(Change change) {
        try {
            // The lock holds off whoever is about to decide, and waits for whoever just has.
            transaction.executeWithoutResult(status -> rollBack(change, changes.lock(change.id())));
        } catch (AuthorizationException refused) {
            throw new NotAllowedException("Only operators may roll back this change.", refused);
        } catch (MismatchingMessageCorrelationException | OptimisticLockingException | TransientDataAccessException other) {
            throw new NotPossibleException("The change has just gone on: look where it stands, and try again.");
        }
    }

    private void rollBack(Change change, ChangeState state) {
        // An undo that is stuck has no other end.
        if (state.hasEnded() || state == ChangeState.UNDOING && !(change.flow().equals(Flow.UNDO) && change.incidentId() != null)) {
            throw new NotPossibleException(state == ChangeState.COMPLETED ? "The change has completed: request its undo instead."
                : "The change has ended, or is being undone already.");
        }
        Authentication who = identities.getCurrentAuthentication();
        boolean withdraws = who != null && who.getGroupIds().contains(REQUESTERS) && change.isOwnRequestOf(who.getUserId())
            // A node of an earlier version records no decision.
            && state.isWithoutEffect() && ChangeProgress.standing(history.path(change.id()).active()).isWithoutEffect();
        if (!withdraws) {
            runtime.createMessageCorrelation(ROLL_BACK).processInstanceId(change.id()).correlate();
            return;
        }
        WithoutAuthorizations.get(identities, () -> {
            runtime.createMessageCorrelation(ROLL_BACK).processInstanceId(change.id())
                .setVariable(ProcessVariables.ROLLED_BACK_BY, who.getUserId()).correlate();
            return null;
        });
    }

    @Override
    public String undo(Change change, boolean keepApplication, boolean urgent, String reason) {
        Map<String, Object> variables = new HashMap<>(Map.of(FlowVariables.CHANGE, change.id()));
        if (keepApplication) {
            variables.put(ProcessVariables.KEEP, ProcessVariables.APPLICATION);
        }
        if (urgent) {
            variables.put(ProcessVariables.URGENT, true);
        }
        if (reason != null) {
            variables.put(FlowVariables.REASON, reason);
        }
        try {
            return runtime.startProcessInstanceByKey(Flow.UNDO, variables).getId();
        } catch (AuthorizationException refused) {
            throw new NotAllowedException("Only its requester and operators may have a change undone.", refused);
        }
    }

    @Override
    public void check(Change change) {
        driftCheck.ask(change);
    }

    @Override
    public void retry(Change change) {
        List<Job> failed = management.createJobQuery().processInstanceId(change.id()).noRetriesLeft().listPage(0, MOST_JOBS);
        if (failed.isEmpty()) {
            if (change.incidentId() != null) {
                throw new NotAllowedException("Only operators may retry this change.", null);
            }
            throw new NotPossibleException("No step of this change has failed for good.");
        }
        try {
            failed.forEach(job -> management.setJobRetries(job.getId(), 1));
        } catch (AuthorizationException refused) {
            throw new NotAllowedException("Only operators may retry this change.", refused);
        }
    }
}
