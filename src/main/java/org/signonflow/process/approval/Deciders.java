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
 * Who may decide on a request: current members of the approvers' group, except for the requester and accounts that the requester may
 * control. Queries without authorization of its own: call it where the engine does not check authorizations.
 */
@Component
public class Deciders {

    private static final String APPROVERS = "sign-on-approvers";
    private static final String ADMINISTRATORS = "camunda-admin";
    /** How many accounts are followed at most. Nobody has a legitimate reason to create as many. */
    private static final int MOST_ACCOUNTS = 100;

    private final IdentityService identities;
    private final RuntimeService runtime;
    private final HistoryService history;
    private final AccountLog accounts;
    private final Persons persons;

    Deciders(IdentityService identities, RuntimeService runtime, HistoryService history, AccountLog accounts,
            Persons persons) {
        this.identities = identities;
        this.runtime = runtime;
        this.history = history;
        this.accounts = accounts;
        this.persons = persons;
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

    /** Why the user may neither decide nor comment on the running instance's request, as a sentence; empty if they may. */
    public Optional<String> objection(String user, String instanceId) {
        return objection(user, (String) runtime.getVariable(instanceId, ProcessVariables.REQUESTED_BY),
            history.createHistoricProcessInstanceQuery().processInstanceId(instanceId).singleResult().getStartTime().toInstant());
    }

    /** The same of a request that was made at the given time. */
    Optional<String> objection(String user, String requester, Instant asked) {
        if (user.equalsIgnoreCase(requester)) {
            return Optional.of("%s requested this; another person must approve it.".formatted(requester));
        }
        if (!isApprover(user)) {
            return Optional.of("Only approvers may decide or comment.");
        }
        if (requester != null && !(persons.tellApart(requester) && persons.tellApart(user))) {
            return Optional.of(("%s has an account with a password, not one of the identity provider, so nobody can tell whether "
                + "requester and approver are two persons.").formatted(persons.tellApart(requester) ? user : requester));
        }
        return requester == null ? Optional.empty() : connection(user, requester, asked)
            .map("%s; someone else must decide on this request."::formatted);
    }

    /** What one of them did to the other's account, directly or through other accounts. */
    private Optional<String> connection(String user, String requester, Instant asked) {
        List<Entry> log = accounts.of(user);
        if (mayControl(requester, user)) {
            return Optional.of("%s created your account or set its password".formatted(requester));
        }
        if (log.stream().anyMatch(entry -> entry.action() != Action.ADDED_TO_GROUP && !entry.at().isBefore(asked)
            && isOrControls(requester, entry.by()))) {
            return Optional.of("%s changed your account after making this request".formatted(requester));
        }
        if (mayControl(user, requester)) {
            return Optional.of("You created the account of %s or set its password".formatted(requester));
        }
        return log.stream().filter(entry -> APPROVERS.equals(entry.group())).findFirst().map(Entry::by)
            .filter(by -> isOrControls(requester, by)).map(by -> (by.equalsIgnoreCase(requester) ? by
                : "%s, an account that %s may control,".formatted(by, requester)) + " made you an approver");
    }

    /**
     * Whether a person may know the password of an account: apart from the account itself, the last to set it was this person, or an
     * account that this person may control. A password set by the account itself proves nothing, and neither do accounts that set each
     * other's in a ring: for those, everyone counts who ever set one. If the chain is too long to follow, the answer is yes.
     */
    private boolean mayControl(String person, String account) {
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

    private boolean isOrControls(String person, String account) {
        return person.equalsIgnoreCase(account) || mayControl(person, account);
    }
}
