package org.signonflow.web;

import jakarta.servlet.http.HttpServletRequest;
import org.signonflow.security.setup.Roles;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

import java.util.List;

/** What every page has in its header. Addresses of other pages are relative, so that they work under whatever prefix a proxy adds. */
@ControllerAdvice(assignableTypes = {HomePage.class, ChangesPage.class, ChangePage.class, NewChangePage.class, RollOutPages.class,
    UndoPage.class, IncidentsPage.class, ErrorsController.class})
class PageHeader {

    @ModelAttribute
    void header(Model model, Authentication who, HttpServletRequest request) {
        if (who == null) {
            // On the way to the login, or refused.
            return;
        }
        model.addAttribute("root", "./");
        model.addAttribute("user", who.getName());
        model.addAttribute("hasSession", request.getHeader(HttpHeaders.AUTHORIZATION) == null);
        model.addAttribute("isAdministrator", isAny(who, Roles.ADMINISTRATORS));
        model.addAttribute("mayStart", isAny(who, Roles.REQUESTERS, Roles.ADMINISTRATORS));
        model.addAttribute("mayUseTasklist", isAny(who, Roles.REQUESTERS, Roles.APPROVERS, Roles.ADMINISTRATORS));
        model.addAttribute("mayUseCockpit", isAny(who, Roles.REQUESTERS, Roles.OPERATORS, Roles.ADMINISTRATORS));
    }

    static boolean isAny(Authentication who, String... groups) {
        return who.getAuthorities().stream().anyMatch(group -> List.of(groups).contains(group.getAuthority()));
    }
}
