import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { checkFileSize } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { BinaryField, binaryField } from "@web/views/fields/binary/binary_field";
import { FileUploader } from "@web/views/fields/file_handler";

/** A file is dropped or chosen, and checked at once. */
export class EcountDropZone extends Component {
    static template = "ecount_customer.DropZone";
    static components = { BinaryField, FileUploader };
    static props = BinaryField.props;

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ isOver: false, isBusy: false });
    }

    get filename() {
        return this.props.record.data[this.props.fileNameField];
    }

    async onDrop(ev) {
        this.state.isOver = false;
        const [file, second] = ev.dataTransfer.files;
        if (!file || this.props.readonly || this.state.isBusy) {
            return;
        }
        if (second) {
            this.notification.add(_t("Only the first file is read. Upload the others afterwards."), {
                type: "warning",
            });
        }
        if (checkFileSize(file.size, this.notification)) {
            const url = await getDataURLFromFile(file);
            await this.check({ name: file.name, data: url.split(",")[1] });
        }
    }

    async check({ name, data }) {
        const { record } = this.props;
        this.state.isBusy = true;
        try {
            await record.update({ [this.props.name]: data, [this.props.fileNameField]: name });
            if (await record.save()) {
                await this.orm.call(record.resModel, "action_check", [[record.resId]]);
            }
        } finally {
            this.state.isBusy = false;
            if (record.resId) {
                await record.load();
            }
        }
    }
}

registry.category("fields").add("ecount_drop_zone", { ...binaryField, component: EcountDropZone });
