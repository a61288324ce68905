package org.signonflow.process.change;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.Changes;
import org.signonflow.change.Incidents;
import org.signonflow.change.Incidents.Action;
import org.signonflow.quota.Quota;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Does with each of many stuck changes what a person has asked for, as that person, with the rights that they have at that moment. A few
 * each second, no more than may call PingOne then. What two nodes do at once, or once more after a crash, is possible for one of them only.
 */
@Component
class IncidentActions {

    private static final Logger LOG = LoggerFactory.getLogger(IncidentActions.class);
    private static final int MOST_AT_ONCE = 20;

    private final Incidents incidents;
    private final Changes changes;
    private final ChangeEngine engine;
    private final IdentityService identities;
    private final Quota quota;

    IncidentActions(Incidents incidents, Changes changes, ChangeEngine engine, IdentityService identities, Quota quota) {
        this.incidents = incidents;
        this.changes = changes;
        this.engine = engine;
        this.identities = identities;
        this.quota = quota;
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void goOn() {
        incidents.underWay().forEach(this::goOn);
    }

    private void goOn(Action action) {
        List<String> next = incidents.next(action, Math.min(MOST_AT_ONCE, quota.atOnce(action.cause().environment())));
        if (next.isEmpty()) {
            incidents.ended(action);
            return;
        }
        List<String> groups = identities.createGroupQuery().groupMember(action.requestedBy()).list().stream().map(Group::getId).toList();
        identities.setAuthentication(action.requestedBy(), groups);
        try {
            for (String id : next) {
                changes.find(id).ifPresent(change -> carryOut(action, change));
            }
            incidents.cameBy(action, next);
        } catch (ChangeEngine.NotAllowedException refused) {
            LOG.warn("{} of what is stuck at {} in {} ends, since {} is not allowed to any more.", action.kind(), action.cause().step(),
                action.cause().environment(), action.requestedBy());
            incidents.ended(action);
        } finally {
            identities.clearAuthentication();
        }
    }

    private void carryOut(Action action, Change change) {
        try {
            switch (action.kind()) {
                case RETRY -> engine.retry(change);
                case ROLL_BACK -> engine.rollBack(change);
            }
        } catch (ChangeEngine.NotAllowedException refused) {
            throw refused;
        } catch (ChangeEngine.NotPossibleException goneOn) {
            LOG.debug("{} of {}: {}", action.kind(), change.id(), goneOn.getMessage());
        } catch (RuntimeException failed) {
            // It stays in the group, for another time.
            LOG.warn("{} of {} has failed: {}", action.kind(), change.id(), failed.toString());
        }
    }
}
