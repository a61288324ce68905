package org.signonflow.process.approval;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.approval.AccountLog.Action;
import org.signonflow.process.approval.AccountLog.Entry;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may decide on what somebody asked for: members of the approvers' group at this moment, but for the requester and whoever the
 * requester can be behind. Reads as the engine itself: call it where the engine checks no authorizations.
 */
@Component
public class Deciders {

    private static final String APPROVERS = "sign-on-approvers";
    private static final String ADMINISTRATORS = "camunda-admin";
    /** Through how many accounts a person is followed. Nobody makes as many for anything else. */
    private static final int MOST_ACCOUNTS = 100;

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
            return Optional.of("%s requested this; another person must approve it.".formatted(requester));
        }
        if (!isApprover(user)) {
            return Optional.of("Only approvers may decide or comment.");
        }
        return requester == null ? Optional.empty() : connection(user, requester, instanceId)
            .map(how -> "%s; someone else must decide on what %s requested.".formatted(how, requester));
    }

    /** What one of them did to the other's account, or had another account do. */
    private Optional<String> connection(String user, String requester, String instanceId) {
        List<Entry> log = accounts.of(user);
        if (isBehind(requester, user)) {
            return Optional.of("%s created your account or set its password".formatted(requester));
        }
        Instant asked = history.createHistoricProcessInstanceQuery().processInstanceId(instanceId).singleResult().getStartTime()
            .toInstant();
        if (log.stream().anyMatch(entry -> entry.action() != Action.ADDED_TO_GROUP && !entry.at().isBefore(asked)
            && isOrIsBehind(requester, entry.by()))) {
            return Optional.of("%s changed your account after making this request".formatted(requester));
        }
        if (isBehind(user, requester)) {
            return Optional.of("You created the account of %s or set its password".formatted(requester));
        }
        return log.stream().filter(entry -> APPROVERS.equals(entry.group())).findFirst().map(Entry::by)
            .filter(by -> isOrIsBehind(requester, by)).map(by -> (by.equalsIgnoreCase(requester) ? by
                : "%s, an account that %s may control,".formatted(by, requester)) + " made you an approver");
    }

    /**
     * Whether a person may know the password of another's account: the last to set it, but for the account itself, was this person, or an
     * account that this person may be behind. What is set by the account itself proves nothing, and so does what is set by accounts in a
     * ring: of those, everybody counts who ever set one. Whom nobody can follow is behind everything.
     */
    private boolean isBehind(String person, String account) {
        Set<String> followed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Deque<String> next = new ArrayDeque<>(List.of(account));
        boolean ring = false;
        while (!next.isEmpty()) {
            String current = next.pop();
            if (!followed.add(current)) {
                if (ring) {
                    continue;
                }
                ring = true;
                next.addAll(followed);
                followed.clear();
                continue;
            }
            if (followed.size() > MOST_ACCOUNTS) {
                return true;
            }
            List<String> setters = accounts.of(current).stream()
                .filter(entry -> entry.action() == Action.CREATED || entry.action() == Action.PASSWORD_SET)
                .map(Entry::by).filter(by -> !by.equalsIgnoreCase(current)).limit(ring ? Long.MAX_VALUE : 1).toList();
            if (setters.stream().anyMatch(person::equalsIgnoreCase)) {
                return true;
            }
            next.addAll(setters);
        }
        return false;
    }

    private boolean isOrIsBehind(String person, String account) {
        return person.equalsIgnoreCase(account) || isBehind(person, account);
    }
}
