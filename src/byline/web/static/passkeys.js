// Passkeys: the browser asks its devices, and its answer goes into the form that stands on the page. Without this script,
// or in a browser that knows no passkeys, what is hidden here stays hidden, and passwords go on working.
(() => {
  "use strict";
  const known = window.PublicKeyCredential;
  if (!known?.parseRequestOptionsFromJSON || !known.parseCreationOptionsFromJSON) return;

  /** How long a question is good, less a minute. */
  const RENEW_AFTER = 240_000;
  /** How long a browser may take to make a passkey by itself. */
  const PATIENCE = 1_500;
  const tokenOf = (form) => form.elements.csrf_token.value;

  /** What to ask the device, by the portal. */
  const question = async (address, form, more = {}) => {
    const body = new URLSearchParams({ csrf_token: tokenOf(form), ...more });
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.status === 403 && form.dataset.proof) location.assign(form.dataset.proof);
    if (!answer.ok) throw new Error("no question");
    return answer.json();
  };

  const send = (form, address, credential) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "answer", value: JSON.stringify(credential.toJSON()) });
    for (const password of form.querySelectorAll("input[type=password]")) password.disabled = true;
    form.append(field);
    form.action = address;
    form.submit();
  };

  const say = (form, why) => { form.querySelector("[data-passkey-said]").textContent = why; };

  const can = async (what) => (await known.getClientCapabilities?.())?.[what] === true;

  /** Let the login know that this browser makes passkeys, so that one is offered after it. */
  const tellThatItMakesThem = async (form) => {
    if (!await can("conditionalCreate") && !await known.isUserVerifyingPlatformAuthenticatorAvailable?.()) return;
    const field = document.createElement("input");
    form.append(Object.assign(field, { type: "hidden", name: "makes_passkeys", value: "1" }));
  };

  /** A login: by the button, or by what the browser offers at the field of the address. */
  const offerLogin = async (form) => {
    const { passkeyBegin: begin, passkeyFinish: finish, passkeyFailed: failed } = form.dataset;
    const button = form.querySelector("[data-passkey]");
    let waiting = null;
    const logIn = async (options) => {
      const publicKey = known.parseRequestOptionsFromJSON(await question(begin, form));
      send(form, finish, await navigator.credentials.get({ publicKey, ...options }));
    };
    const wait = async () => {
      if (!await known.isConditionalMediationAvailable?.()) return;
      waiting = new AbortController();
      const { signal } = waiting;
      const again = setTimeout(() => { waiting.abort(); wait(); }, RENEW_AFTER);
      logIn({ mediation: "conditional", signal }).catch(() => clearTimeout(again));
    };
    button.closest("[hidden]").hidden = false;
    button.addEventListener("click", async () => {
      waiting?.abort();
      say(form, "");
      try {
        await logIn({});
      } catch {
        say(form, failed);
        wait();
      }
    });
    if (form.dataset.passkeyUnknown) {
      known.signalUnknownCredential?.({ rpId: form.dataset.passkeySite, credentialId: form.dataset.passkeyUnknown });
    }
    if (form.dataset.passkeyAutofill !== undefined) {
      tellThatItMakesThem(form);
      wait();
    }
  };

  const offerAdding = (form) => {
    const { passkeyBegin: begin, passkeyFinish: finish, passkeyFailed: failed, passkeyKnown: has } = form.dataset;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say(form, "");
      const make = async (more, options) => {
        const publicKey = known.parseCreationOptionsFromJSON(await question(begin, form, more));
        send(form, finish, await navigator.credentials.create({ publicKey, ...options }));
      };
      try {
        if (form.dataset.passkeyConditional !== undefined && await can("conditionalCreate")) {
          // Without a question of its own, where the browser has just filled in the password; else it is asked for.
          if (await make({ conditional: "1" }, { mediation: "conditional", signal: AbortSignal.timeout(PATIENCE) }).then(() => true, () => false)) return;
        }
        await make({}, {});
      } catch (fault) {
        say(form, fault.name === "InvalidStateError" ? has : failed);
      }
    });
  };

  /** Let the browser forget what the portal does not know any more, and show the person's own name. */
  const tellDevices = ({ passkeySite: rpId, passkeyUser: userId, passkeyIds: ids, passkeyName: name, passkeyShown: displayName }) => {
    if (!userId) return;
    known.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds: ids.split(" ").filter(Boolean) });
    known.signalCurrentUserDetails?.({ rpId, userId, name, displayName });
  };

  for (const form of document.querySelectorAll("form[data-passkey-login]")) offerLogin(form);
  for (const form of document.querySelectorAll("form[data-passkey-add]")) offerAdding(form);
  for (const list of document.querySelectorAll("[data-passkey-user]")) tellDevices(list.dataset);
})();
