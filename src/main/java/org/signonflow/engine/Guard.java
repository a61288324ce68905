package org.signonflow.engine;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;

import java.util.function.Supplier;

/** Stands between people and some of the engine's commands, within the commands' transaction, whatever door they come by. */
abstract class Guard extends CommandInterceptor {

    private final Supplier<IdentityService> identities;

    Guard(Supplier<IdentityService> identities) {
        this.identities = identities;
    }

    @Override
    public <T> T execute(Command<T> command) {
        Authentication who = identities.get().getCurrentAuthentication();
        // Within another command it is the engine's doing, or ours.
        if (who == null || who.getUserId() == null || Context.getCommandContext() != null || !concerns(command)) {
            return next.execute(command);
        }
        return next.execute(context -> carryOut(command, who.getUserId(), context));
    }

    /** Whether somebody who is logged in asks for what the engine does now, and no job does. */
    static boolean isAsked(IdentityService identities) {
        CommandContext command = Context.getCommandContext();
        return identities.getCurrentAuthentication() != null && (command == null || command.getCurrentJob() == null);
    }

    abstract boolean concerns(Command<?> command);

    /** Carries the command out, or throws a sentence. */
    abstract <T> T carryOut(Command<T> command, String user, CommandContext context);
}
