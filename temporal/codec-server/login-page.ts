export type LoginState = 'asked' | 'wrong' | 'in';

const sentences: Readonly<Record<LoginState, string>> = {
  asked: 'Paste the token of this codec server, so that the Temporal UI in this browser can read encrypted recoveries.',
  wrong: 'This is not the token. Read it from the file that the codec server was started with.',
  in: 'This browser may read recoveries now. In the Temporal UI’s codec settings switch on “include cross-origin credentials”.',
};

/** A page without scripts; nothing of a request is repeated in it. */
export function loginPage(state: LoginState): string {
  const form =
    state === 'in'
      ? ''
      : `<form method="post" action="/login">
<label>Token <input type="password" name="token" autocomplete="off" required autofocus></label>
<button>Log in</button>
</form>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Rekindle codec server</title>
<style>body{font:1rem/1.5 system-ui;margin:4rem auto;max-width:34rem;padding:0 1rem}input{font:inherit;width:100%}</style>
<h1>Rekindle codec server</h1>
<p>${sentences[state]}</p>
${form}
</html>
`;
}
