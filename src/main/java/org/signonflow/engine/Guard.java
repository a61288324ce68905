package org.signonflow.engine;

import org.apache.ibatis.executor.statement.StatementHandler;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.plugin.Plugin;
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
    private static boolean isAsked(IdentityService identities) {
        CommandContext command = Context.getCommandContext();
        return identities.getCurrentAuthentication() != null && (command == null || command.getCurrentJob() == null);
    }

    /** Wraps only statements that a person asks for: for those of jobs it would cost a twentieth of their CPU time. */
    static Object wrapIfAsked(Interceptor interceptor, Object target, Supplier<IdentityService> identities) {
        return target instanceof StatementHandler && isAsked(identities.get()) ? Plugin.wrap(target, interceptor) : target;
    }

    abstract boolean concerns(Command<?> command);

    /** Executes the command, or throws an exception with a sentence. */
    abstract <T> T carryOut(Command<T> command, String user, CommandContext context);
}
