/** Starts the pages: who is signed in, which address shows what. */

import { ApiError, whenSignedOut } from "./client/request.js";
import { isSignedOut, SignInAgain } from "./components/sign-in.js";
import { Header } from "./components/header.js";
import { Empty, Failed, Loading } from "./components/state.js";
import { DeskPage } from "./pages/desk.js";
import { LoginPage } from "./pages/login.js";
import { ProjectPage } from "./pages/project.js";
import { ReviewPage } from "./pages/review.js";
import { ProjectsPage } from "./pages/projects.js";
import { TourPage } from "./pages/tour.js";
import { go, match, path } from "./router.js";
import { rememberPage } from "./state/next-page.js";
import { keepPages } from "./state/offline-pages.js";
import { language, likelyLanguage, useLanguage } from "./state/language.js";
import { outbox, watchConnection } from "./state/sending.js";
import { loadSession, user } from "./state/session.js";
import { applyTheme } from "./state/theme.js";
import * as texts from "./texts.js";
import { Fragment, h, html, render, useEffect, useMemo, useState } from "./vendor/preact.js";

/**
 * Each address and its page. A lead's page is fetched when it is first asked for:
 * `[/^\/projects\/([^/]+)\/NAME$/, async (projectId) => h((await import("./pages/NAME.js")).NamePage, { key: projectId, projectId })]`.
 *
 * @typedef {import("./vendor/preact.js").VNode} VNode
 * @type {Array<[RegExp, (...parts: string[]) => VNode | Promise<VNode>]>}
 */
const ROUTES = [
  [/^\/$/, () => h(ProjectsPage, {})],
  [
    /^\/rounds\/([^/]+)\/report$/,
    async (roundId) => h((await import("./pages/report.js")).ReportPage, { key: roundId, roundId }),
  ],
  [/^\/tour$/, () => h(TourPage, {})],
  [/^\/projects$/, () => h(ProjectsPage, {})],
  [/^\/projects\/([^/]+)$/, (projectId) => h(ProjectPage, { key: projectId, projectId })],
  [
    /^\/projects\/([^/]+)\/images$/,
    async (projectId) =>
      h((await import("./pages/images.js")).ImagesPage, { key: projectId, projectId }),
  ],
  [
    /^\/images\/([^/]+)$/,
    async (imageId) => h((await import("./pages/image.js")).ImagePage, { key: imageId, imageId }),
  ],
  [
    /^\/projects\/([^/]+)\/rounds$/,
    async (projectId) =>
      h((await import("./pages/rounds.js")).RoundsPage, { key: projectId, projectId }),
  ],
  [
    /^\/rounds\/([^/]+)$/,
    async (roundId) => h((await import("./pages/round.js")).RoundPage, { key: roundId, roundId }),
  ],
  [
    /^\/projects\/([^/]+)\/data$/,
    async (projectId) =>
      h((await import("./pages/data.js")).DataPage, { key: projectId, projectId }),
  ],
  [
    /^\/projects\/([^/]+)\/settings$/,
    async (projectId) =>
      h((await import("./pages/settings.js")).SettingsPage, { key: projectId, projectId }),
  ],
  [
    /^\/imports\/([^/]+)$/,
    async (jobId) => h((await import("./pages/import.js")).ImportPage, { key: jobId, jobId }),
  ],
  [
    /^\/projects\/([^/]+)\/jobs$/,
    async (projectId) =>
      h((await import("./pages/jobs.js")).JobsPage, { key: projectId, projectId }),
  ],
  [
    /^\/jobs\/([^/]+)$/,
    async (jobId) =>
      h((await import("./pages/job.js")).JobPage, { key: jobId, jobId }),
  ],
  [
    /^\/projects\/([^/]+)\/models$/,
    async (projectId) =>
      h((await import("./pages/models.js")).ModelsPage, { key: projectId, projectId }),
  ],
  [
    /^\/models\/([^/]+)$/,
    async (modelId) =>
      h((await import("./pages/model.js")).ModelPage, { key: modelId, modelId }),
  ],
  [
    /^\/projects\/([^/]+)\/budget$/,
    async (projectId) =>
      h((await import("./pages/budget.js")).BudgetPage, { key: projectId, projectId }),
  ],
  [
    /^\/projects\/([^/]+)\/people$/,
    async (projectId) =>
      h((await import("./pages/people.js")).PeoplePage, { key: projectId, projectId }),
  ],
  [
    /^\/projects\/([^/]+)\/schedules$/,
    async (projectId) =>
      h((await import("./pages/schedules.js")).SchedulesPage, { key: projectId, projectId }),
  ],
  [
    /^\/projects\/([^/]+)\/audit$/,
    async (projectId) =>
      h((await import("./pages/audit.js")).AuditPage, { key: projectId, projectId }),
  ],
  [
    /^\/signed-in$/,
    async () => h((await import("./pages/signed-in.js")).SignedInPage, {}),
  ],
  [/^\/users$/, async () => h((await import("./pages/users.js")).UsersPage, {})],
  [/^\/projects\/([^/]+)\/review$/, (projectId) => h(ReviewPage, { key: projectId, projectId })],
  [/^\/projects\/([^/]+)\/desk$/, (projectId) => h(DeskPage, { key: projectId, projectId })],
];

/** Over the page that is open; before any page, at the sign-in page. */
function askToSignIn() {
  if (user.peek()) {
    isSignedOut.value = true;
    return;
  }
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
    if (user.value) void outbox.open(user.value.id);
  }, [isLogin, isKnown]);

  if (isLogin) return h(LoginPage, {});
  if (why) return h(Failed, { why, onRetry: load });
  if (!isKnown) return h(Loading, {});
  // Drawn anew in another language: what a page shows is read when it is drawn.
  return html`<${Fragment} key=${language.value}>${h(Page, {})} ${isSignedOut.value && h(SignInAgain, {})}</${Fragment}>`;
}

/** The page of the address; the one before it stays until a page that must be fetched is there. */
function Page() {
  const found = useMemo(() => match(ROUTES, path.value) ?? h(NotFound, {}), [path.value]);
  const [shown, setShown] = useState(() => (found instanceof Promise ? h(Loading, {}) : found));
  useEffect(() => {
    let isWanted = true;
    const show = (/** @type {VNode} */ page) => isWanted && setShown(page);
    if (found instanceof Promise) found.then(show, (error) => show(h(NotFetched, { why: error.message })));
    else show(found);
    return () => {
      isWanted = false;
    };
  }, [found]);
  return found instanceof Promise ? shown : found;
}

/** @param {{why: string}} props */
function NotFetched({ why }) {
  return html`${h(Header, {})}
    <main class="page">${h(Failed, { why, onRetry: () => location.reload() })}</main>`;
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
await useLanguage(likelyLanguage()).catch(() => {});
whenSignedOut(askToSignIn);
watchConnection();
keepPages();
const root = document.getElementById("app");
if (root) render(h(App, {}), root);
