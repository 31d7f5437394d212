import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The customers of a merge side by side: who is kept, and for each difference whose value. */
export class MergeComparison extends Component {
    static template = "ecount_customer.MergeComparison";
    static props = { ...standardFieldProps };

    get customers() {
        return this.props.record.data[this.props.name]?.customers || [];
    }

    get rows() {
        return this.props.record.data[this.props.name]?.rows || [];
    }

    get survivorId() {
        return this.props.record.data.survivor_id?.id;
    }

    keep(customer) {
        this.props.record.update({ survivor_id: { id: customer.id, display_name: customer.name } });
    }

    choose(row, customer) {
        const value = this.props.record.data[this.props.name];
        const rows = value.rows.map((other) =>
            other.name === row.name ? { ...other, chosen: customer.id } : other
        );
        this.props.record.update({ [this.props.name]: { ...value, rows } });
    }
}

/** What moves to the kept customer, and what stays because that one has it already. */
export class MergeMoves extends Component {
    static template = "ecount_customer.MergeMoves";
    static props = { ...standardFieldProps };

    get moves() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("ecount_merge_comparison", {
    component: MergeComparison,
    supportedTypes: ["jsonb", "json"],
});
registry.category("fields").add("ecount_merge_moves", {
    component: MergeMoves,
    supportedTypes: ["jsonb", "json"],
});
