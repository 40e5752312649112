/** Starts the pages: who is signed in, which address shows what. */

import { ApiError, whenSignedOut } from "./client/request.js";
import { Header } from "./components/header.js";
import { Empty, Failed, Loading } from "./components/state.js";
import { DeskPage } from "./pages/desk.js";
import { LoginPage } from "./pages/login.js";
import { ProjectPage } from "./pages/project.js";
import { ProjectsPage } from "./pages/projects.js";
import { go, match, path } from "./router.js";
import { rememberPage } from "./state/next-page.js";
import { loadSession, user } from "./state/session.js";
import { applyTheme } from "./state/theme.js";
import * as texts from "./texts.js";
import { h, html, render, useEffect, useState } from "./vendor/preact.js";

/** @type {Array<[RegExp, (...parts: string[]) => import("./vendor/preact.js").VNode]>} */
const ROUTES = [
  [/^\/$/, () => h(ProjectsPage, {})],
  [/^\/projects$/, () => h(ProjectsPage, {})],
  [/^\/projects\/([^/]+)$/, (projectId) => h(ProjectPage, { key: projectId, projectId })],
  [/^\/projects\/([^/]+)\/desk$/, (projectId) => h(DeskPage, { key: projectId, projectId })],
];

function askToSignIn() {
  if (location.pathname === "/login") return;
  rememberPage(location.pathname + location.search);
  go("/login", { replace: true });
}

function App() {
  const [why, setWhy] = useState("");
  const isLogin = path.value === "/login";
  const isKnown = user.value !== null;

  const load = () => {
    setWhy("");
    loadSession().catch((error) => {
      if (error instanceof ApiError && error.status === 401) askToSignIn();
      else setWhy(error.message);
    });
  };
  useEffect(() => {
    if (!isLogin && !isKnown) load();
  }, [isLogin, isKnown]);

  if (isLogin) return h(LoginPage, {});
  if (why) return h(Failed, { why, onRetry: load });
  if (!isKnown) return h(Loading, {});
  return match(ROUTES, path.value) ?? h(NotFound, {});
}

function NotFound() {
  return html`${h(Header, {})}
    <main class="page">
      ${h(Empty, {
        title: texts.app.notFound,
        help: texts.app.notFoundHelp,
        children: html`<a class="button" href="/">${texts.app.toProjects}</a>`,
      })}
    </main>`;
}

applyTheme();
whenSignedOut(askToSignIn);
const root = document.getElementById("app");
if (root) render(h(App, {}), root);
