package org.signonflow.web;

import org.signonflow.change.PlainText;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.signonflow.security.setup.Roles;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The roll-outs that a user may see: all for approvers, operators and administrators, for anyone else those that they requested, and
 * their undos. The others seem not to exist.
 */
@Component
class VisibleRollOuts {

    private static final Set<String> SEE_ALL = Set.of(Roles.APPROVERS, Roles.OPERATORS, Roles.ADMINISTRATORS);
    private static final int MOST = 100;

    private final RollOuts rollOuts;

    VisibleRollOuts(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    List<RollOut> latest(Authentication who) {
        return rollOuts.latest(seesAll(who) ? null : who.getName(), MOST);
    }

    /** Answers the call with 404 where there is none. */
    RollOut find(String id, Authentication who) {
        return rollOuts.find(id).filter(rollOut -> sees(rollOut, who))
            .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such roll-out."));
    }

    /** What a link to it says: its name, if the user may see it. */
    String name(String id, Authentication who) {
        return Optional.of(id).filter(text -> PlainText.unstorable(text).isEmpty()).flatMap(rollOuts::find)
            .filter(rollOut -> sees(rollOut, who)).map(RollOut::name).orElse("Roll-out");
    }

    private boolean sees(RollOut rollOut, Authentication who) {
        return seesAll(who) || isOwn(rollOut, who)
            || rollOut.undoes() != null && rollOuts.find(rollOut.undoes()).filter(undone -> isOwn(undone, who)).isPresent();
    }

    private static boolean isOwn(RollOut rollOut, Authentication who) {
        return who.getName().equals(rollOut.requestedBy());
    }

    static boolean seesAll(Authentication who) {
        return who.getAuthorities().stream().anyMatch(group -> SEE_ALL.contains(group.getAuthority()));
    }
}
