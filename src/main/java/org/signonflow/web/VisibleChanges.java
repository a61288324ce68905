package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.Changes;
import org.signonflow.change.PlainText;
import org.signonflow.security.setup.Roles;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;
import java.util.Optional;

/** The changes that a user may see, by the same rule as {@link VisibleRollOuts}. */
@Component
class VisibleChanges {

    private final Changes changes;

    VisibleChanges(Changes changes) {
        this.changes = changes;
    }

    /** Narrows a filter down to what the user may see. */
    ChangeFilter of(ChangeFilter filter, Authentication who) {
        return VisibleRollOuts.seesAll(who) ? filter
            // Nobody else's, whoever was asked for.
            : filter.requester() == null || filter.requester().equals(who.getName()) ? filter.by(who.getName()) : null;
    }

    List<Change> list(ChangeFilter filter, String after, int most, Authentication who) {
        ChangeFilter seen = of(filter, who);
        return seen == null || seen.isUnmatchable() ? List.of() : changes.list(seen, after == null ? null : found(after, who), most);
    }

    List<Change> lastEnded(ChangeFilter filter, int most, Authentication who) {
        return changes.lastEnded(of(filter, who), most);
    }

    /** Whether there is such a change, and the user may see it. */
    boolean sees(String id, Authentication who) {
        return visible(id, who).isPresent();
    }

    /** The change, if there is one and the user may see it. */
    Optional<Change> seen(String id, Authentication who) {
        return Optional.ofNullable(id).flatMap(one -> visible(one, who));
    }

    private Optional<Change> visible(String id, Authentication who) {
        return Optional.of(id).filter(text -> PlainText.unstorable(text).isEmpty()).flatMap(changes::find)
            .filter(change -> VisibleRollOuts.seesAll(who) || who.getName().equals(change.requestedBy()));
    }

    /** Whether the user may have something done with a completed change that they see: operators with any, requesters with their own. */
    static boolean mayAct(String requestedBy, Authentication who) {
        return PageHeader.isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS)
            || who.getName().equals(requestedBy) && PageHeader.isAny(who, Roles.REQUESTERS);
    }

    /** Answers the call with 404 where there is none. */
    Change find(String id, Authentication who) {
        Change change = found(id, who);
        AboutRequest.is(change);
        return change;
    }

    private Change found(String id, Authentication who) {
        return visible(id, who)
            .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such change."));
    }
}
