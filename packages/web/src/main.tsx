import '#app/zod-jitless.ts';
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '#app/base.css';
import { createRoot } from 'react-dom/client';
import { App } from '#app/app.tsx';

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App />);
