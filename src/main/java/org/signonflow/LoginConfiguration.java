package org.signonflow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.ws.rs.WebApplicationException;
import org.signonflow.engine.PasswordCheck;
import org.signonflow.process.approval.Persons;
import org.signonflow.security.SingleSignOn;
import org.signonflow.security.login.LoginThrottle;
import org.signonflow.security.login.MirroredAccounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the engine consult the login throttle before it checks a password, count failures, and not check it at all where a provider is in
 * charge.
 */
@Configuration(proxyBeanMethods = false)
class LoginConfiguration {

    private static final Logger log = LoggerFactory.getLogger(LoginConfiguration.class);

    @Bean
    PasswordCheck passwordCheck(LoginThrottle throttle, SingleSignOn signOn, MeterRegistry registry) {
        Counter wrong = failures(registry, "wrong_password");
        Counter refused = failures(registry, "too_many_attempts");
        return new PasswordCheck() {
            @Override
            public boolean check(String user, Supplier<Optional<String>> password) {
                // We look by ourselves whether a password is a known one.
                boolean asked = RequestContextHolder.getRequestAttributes() != null;
                try {
                    boolean isRight = throttle.check(user, password);
                    if (asked && !isRight) {
                        wrong.increment();
                    }
                    if (isRight && signOn.isOn()) {
                        log.warn("{} has used the break-glass password, from {}.", user, address());
                    }
                    return isRight;
                } catch (WebApplicationException tooMany) {
                    refused.increment();
                    throw tooMany;
                }
            }

            @Override
            public boolean accepts(String user) {
                return signOn.acceptsPasswordOf(user);
            }
        };
    }

    private static Counter failures(MeterRegistry registry, String reason) {
        return Counter.builder("signonflow.login.failures").description("Passwords that were not accepted. Per node").tag("reason", reason)
            .register(registry);
    }

    @Bean
    Persons persons(SingleSignOn signOn, ObjectProvider<MirroredAccounts> accounts) {
        return account -> !signOn.isOn() || accounts.getObject().isMirrored(account);
    }

    private static String address() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call ? call.getRequest().getRemoteAddr()
            : "this node";
    }
}
