package org.signonflow.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.signonflow.security.SingleSignOn;
import org.signonflow.security.login.ProviderLogin;
import org.signonflow.security.setup.SandboxUsers;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Login and logout; the session is that of the web applications, which our own pages share. */
@Controller
class LoginPage {

    private final Optional<SandboxUsers> sandbox;
    private final SingleSignOn signOn;
    private final Optional<ProviderLogin> provider;

    LoginPage(Optional<SandboxUsers> sandbox, SingleSignOn signOn, Optional<ProviderLogin> provider) {
        this.sandbox = sandbox;
        this.signOn = signOn;
        this.provider = provider;
    }

    /** The login; in the sandbox with the users whom everybody knows, as long as they have the passwords that everybody knows. */
    @GetMapping({"/login", "/login.html"})
    String login(HttpServletRequest request, @RequestParam(required = false) String to, Model model) {
        show(model);
        model.addAttribute("to", ProviderLogin.page(to));
        model.addAttribute("notice", ProviderLogin.notice(request));
        return "login";
    }

    private void show(Model model) {
        model.addAttribute("sandboxUsers", sandbox.map(SandboxUsers::withKnownPassword).orElse(List.of()));
        provider.ifPresent(one -> {
            model.addAttribute("provider", signOn.providerName());
            model.addAttribute("providerLogin", one.address());
        });
        model.addAttribute("breakGlass", signOn.settings().breakGlass());
    }

    /** Ends the session of the web applications, which these pages share, and then that at the identity provider. */
    @PostMapping("/logout")
    String logout(HttpServletRequest request, HttpServletResponse response, Model model) throws IOException, ServletException {
        try {
            if (provider.isPresent()) {
                provider.get().logOut(request, response);
            }
        } finally {
            if (request.getSession(false) != null) {
                request.getSession(false).invalidate();
            }
        }
        if (!response.containsHeader("Refresh")) {
            return "redirect:login";
        }
        show(model);
        model.addAttribute("notice", "You have logged out here, and are being logged out at %s.".formatted(signOn.providerName()));
        return "login";
    }
}
