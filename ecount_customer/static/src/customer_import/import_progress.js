import { onWillUnmount, onMounted } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { ProgressBarField, progressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

const SECONDS = 2;

/** The progress of an upload; asks the server how far it is for as long as it runs. */
export class EcountImportProgress extends ProgressBarField {
    setup() {
        super.setup();
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), SECONDS * 1000);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async refresh() {
        const { record } = this.props;
        if (record.data.state === "running" && record.resId && !record.dirty && !this.isAsking) {
            this.isAsking = true;
            try {
                await record.load();
            } finally {
                this.isAsking = false;
            }
        }
    }
}

registry.category("fields").add("ecount_import_progress", {
    ...progressBarField,
    component: EcountImportProgress,
});
