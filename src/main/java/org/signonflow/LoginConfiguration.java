package org.signonflow;

import org.signonflow.engine.PasswordCheck;
import org.signonflow.security.login.LoginThrottle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the engine consult the login throttle before it checks a password. */
@Configuration(proxyBeanMethods = false)
class LoginConfiguration {

    @Bean
    PasswordCheck passwordCheck(LoginThrottle throttle) {
        return throttle::check;
    }
}
