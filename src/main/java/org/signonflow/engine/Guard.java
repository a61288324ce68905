package org.signonflow.engine;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;

import java.util.function.Supplier;

/** Guards some of the engine's commands when people issue them, through any API, within the command's transaction. */
abstract class Guard extends CommandInterceptor {

    private final Supplier<IdentityService> identities;

    Guard(Supplier<IdentityService> identities) {
        this.identities = identities;
    }

    @Override
    public <T> T execute(Command<T> command) {
        Authentication who = identities.get().getCurrentAuthentication();
        // A nested command is issued by the engine, or by us.
        if (who == null || who.getUserId() == null || Context.getCommandContext() != null || !concerns(command)) {
            return next.execute(command);
        }
        return next.execute(context -> carryOut(command, who.getUserId(), context));
    }

    /** Whether the current command was issued by a logged-in user rather than a job. */
    static boolean isAsked(IdentityService identities) {
        CommandContext command = Context.getCommandContext();
        return identities.getCurrentAuthentication() != null && (command == null || command.getCurrentJob() == null);
    }

    abstract boolean concerns(Command<?> command);

    /** Executes the command, or throws an exception with a sentence. */
    abstract <T> T carryOut(Command<T> command, String user, CommandContext context);
}
