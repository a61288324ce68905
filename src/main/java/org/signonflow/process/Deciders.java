package org.signonflow.process;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.signonflow.process.AccountLog.Deed;
import org.signonflow.process.AccountLog.Entry;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who may decide on what somebody asked for: members of the approvers' group at this moment, but for the requester and whoever the
 * requester can be behind. Reads as the engine itself: call it where the engine checks no authorizations.
 */
@Component
public class Deciders {

    private static final String APPROVERS = "sign-on-approvers";
    private static final String ADMINISTRATORS = "camunda-admin";
    /** Through how many accounts a person is followed. Nobody makes as many for anything else. */
    private static final int MOST_ACCOUNTS = 8;

    private final IdentityService identities;
    private final RuntimeService runtime;
    private final HistoryService history;
    private final AccountLog accounts;

    Deciders(IdentityService identities, RuntimeService runtime, HistoryService history, AccountLog accounts) {
        this.identities = identities;
        this.runtime = runtime;
        this.history = history;
        this.accounts = accounts;
    }

    public boolean isApprover(String user) {
        return isIn(APPROVERS, user);
    }

    public boolean isAdministrator(String user) {
        return isIn(ADMINISTRATORS, user);
    }

    private boolean isIn(String group, String user) {
        return identities.createGroupQuery().groupId(group).groupMember(user).count() > 0;
    }

    /** Why the user may neither decide on what the running instance asks for nor comment it, as a sentence; empty where they may. */
    public Optional<String> objection(String user, String instanceId) {
        String requester = (String) runtime.getVariable(instanceId, ProcessVariables.REQUESTED_BY);
        if (user.equalsIgnoreCase(requester)) {
            return Optional.of("%s has asked for this; another person must approve it.".formatted(requester));
        }
        if (!isApprover(user)) {
            return Optional.of("Only approvers decide and comment.");
        }
        return requester == null ? Optional.empty() : connection(user, requester, instanceId)
            .map(how -> "%s; somebody else must decide what %s asked for.".formatted(how, requester));
    }

    /** What one of them did to the other's account, or had another account do. */
    private Optional<String> connection(String user, String requester, String instanceId) {
        List<Entry> log = accounts.of(user);
        if (isBehind(requester, user, MOST_ACCOUNTS)) {
            return Optional.of("%s made your account or set its password".formatted(requester));
        }
        Instant asked = history.createHistoricProcessInstanceQuery().processInstanceId(instanceId).singleResult().getStartTime()
            .toInstant();
        if (log.stream().anyMatch(entry -> entry.deed() != Deed.ADDED_TO_GROUP && !entry.at().isBefore(asked)
            && isOrIsBehind(requester, entry.by(), MOST_ACCOUNTS))) {
            return Optional.of("%s changed your account since".formatted(requester));
        }
        if (isBehind(user, requester, MOST_ACCOUNTS)) {
            return Optional.of("You made the account of %s or set its password".formatted(requester));
        }
        return log.stream().filter(entry -> APPROVERS.equals(entry.group())).findFirst().map(Entry::by)
            .filter(by -> isOrIsBehind(requester, by, MOST_ACCOUNTS)).map(by -> (by.equalsIgnoreCase(requester) ? by
                : "%s, an account that %s may be behind,".formatted(by, requester)) + " made you an approver");
    }

    /**
     * Whether a person may know the password of another's account: the last to set it, but for the account itself, was this person, or an
     * account that this person may be behind. What is set by the account itself proves nothing.
     */
    private boolean isBehind(String person, String account, int most) {
        return most > 0 && accounts.of(account).stream()
            .filter(entry -> (entry.deed() == Deed.MADE || entry.deed() == Deed.PASSWORD_SET) && !entry.by().equalsIgnoreCase(account))
            .findFirst().filter(last -> isOrIsBehind(person, last.by(), most - 1)).isPresent();
    }

    private boolean isOrIsBehind(String person, String account, int most) {
        return person.equalsIgnoreCase(account) || isBehind(person, account, most);
    }
}
