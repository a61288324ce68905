package org.signonflow.security.login;

import org.camunda.bpm.engine.IdentityService;
import org.springframework.boot.servlet.filter.OrderedRequestContextFilter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;

/** The filters for logins outside Spring Security, which the web applications' own login bypasses. */
@Configuration(proxyBeanMethods = false)
class LoginFilters {

    /** Before Spring Security, which is at -100 and needs to know who is logged in. */
    @Bean
    FilterRegistrationBean<LiveSessionFilter> liveSessions(IdentityService identities) {
        var registration = new FilterRegistrationBean<>(new LiveSessionFilter(identities));
        registration.setOrder(-110);
        return registration;
    }

    /** Before Spring Security too, so that {@link LoginThrottle} knows the caller. Jersey's filter, used otherwise, would run later. */
    @Bean
    OrderedRequestContextFilter requestContext() {
        return new OrderedRequestContextFilter();
    }

    @Bean
    LoginThrottle loginThrottle() {
        return new LoginThrottle(Clock.systemUTC());
    }

    /** Before the web applications' own filters, the first of which is at 0, and after Spring Security's at -100. */
    @Bean
    FilterRegistrationBean<WebLoginFilter> webLogin(MyTasksFilter myTasksFilter) {
        var registration = new FilterRegistrationBean<>(new WebLoginFilter(myTasksFilter));
        registration.addUrlPatterns("/camunda/api/admin/auth/user/*");
        registration.setOrder(-50);
        return registration;
    }
}
