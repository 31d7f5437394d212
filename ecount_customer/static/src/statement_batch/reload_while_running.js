import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUnmount, xml } from "@odoo/owl";

const EVERY_MS = 3000;

/** Reads a record again and again while a job in the background works on it. */
export class ReloadWhileRunning extends Component {
    static template = xml`<span class="d-none"/>`;
    static props = { ...standardWidgetProps };

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.reload(), EVERY_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async reload() {
        const { record } = this.props;
        if (record.data.state === "running" && document.visibilityState === "visible") {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("ecount_reload_while_running", {
    component: ReloadWhileRunning,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
