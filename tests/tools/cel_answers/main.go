// What Kubernetes itself says to expressions and rules in CEL: one question per line of JSON, one
// answer per line. `record.py` beside it asks.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	structuralcel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
)

type request struct {
	Expr   string          `json:"expr"`
	Self   any             `json:"self"`
	Old    any             `json:"old"`
	Schema json.RawMessage `json:"schema"`
	Use    string          `json:"use"`
}

type reply struct {
	Text    string   `json:"text,omitempty"`
	Error   string   `json:"error,omitempty"`
	Compile string   `json:"compile,omitempty"`
	Faults  []string `json:"faults,omitempty"`
}

func text(v ref.Val) string {
	switch x := v.(type) {
	case types.Null:
		return "null"
	case types.Bool:
		return fmt.Sprintf("bool:%v", bool(x))
	case types.Int:
		return fmt.Sprintf("int:%d", int64(x))
	case types.Uint:
		return fmt.Sprintf("uint:%d", uint64(x))
	case types.Double:
		if math.IsNaN(float64(x)) {
			return "double:NaN"
		}
		return fmt.Sprintf("double:%016x", math.Float64bits(float64(x)))
	case types.String:
		return "string:" + base64.StdEncoding.EncodeToString([]byte(string(x)))
	case types.Bytes:
		return "bytes:" + base64.StdEncoding.EncodeToString([]byte(x))
	case types.Duration:
		return fmt.Sprintf("duration:%d", int64(x.Duration))
	case types.Timestamp:
		return fmt.Sprintf("timestamp:%d.%09d", x.Time.Unix(), x.Time.Nanosecond())
	case *types.Optional:
		if !x.HasValue() {
			return "none"
		}
		return "some(" + text(x.GetValue()) + ")"
	case traits.Lister:
		s := "["
		for it := x.Iterator(); it.HasNext() == types.True; {
			s += text(it.Next()) + ","
		}
		return s + "]"
	case traits.Mapper:
		out := map[string]string{}
		for it := x.Iterator(); it.HasNext() == types.True; {
			k := it.Next()
			out[text(k)] = text(x.Get(k))
		}
		b, _ := json.Marshal(out)
		return string(b)
	}
	return fmt.Sprintf("%s:%v", v.Type().TypeName(), v.Value())
}

func normal(v any) any {
	b, _ := json.Marshal(v)
	var out any
	if err := utiljson.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

var env *cel.Env

func evaluate(r request) (out reply) {
	ast, issues := env.Compile(r.Expr)
	if issues != nil {
		return reply{Compile: issues.String()}
	}
	prog, err := env.Program(ast)
	if err != nil {
		return reply{Compile: err.Error()}
	}
	v, _, err := prog.Eval(map[string]any{"self": normal(r.Self), "oldSelf": normal(r.Old)})
	if err != nil {
		return reply{Error: err.Error()}
	}
	return reply{Text: text(v)}
}

type known struct {
	s *schema.Structural
	v *structuralcel.Validator
}

var validators = map[string]known{}

func load(r request) (known, error) {
	if k, ok := validators[r.Use]; ok {
		return k, nil
	}
	props := &apiextensionsv1.JSONSchemaProps{}
	if err := json.Unmarshal(r.Schema, props); err != nil {
		return known{}, err
	}
	internal := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, internal, nil); err != nil {
		return known{}, err
	}
	s, err := schema.NewStructural(internal)
	if err != nil {
		return known{}, err
	}
	k := known{s, structuralcel.NewValidator(s, true, celconfig.PerCallLimit)}
	validators[r.Use] = k
	return k, nil
}

func validate(r request) (out reply) {
	k, err := load(r)
	if err != nil {
		return reply{Compile: err.Error()}
	}
	s, v := k.s, k.v
	self, old := normal(r.Self), normal(r.Old)
	var options []structuralcel.Option
	if old != nil {
		options = append(options, structuralcel.WithRatcheting(common.NewCorrelatedObject(self, old, &model.Structural{Structural: s})))
	}
	errs, _ := v.Validate(context.Background(), nil, s, self, old, celconfig.RuntimeCELCostBudget, options...)
	out.Faults = []string{}
	for _, e := range errs {
		out.Faults = append(out.Faults, e.Error())
	}
	return out
}

func main() {
	var err error
	env, err = environment.MustBaseEnvSet(version.MajorMinor(1, 35)).NewExpressionsEnv().Extend(
		cel.Variable("self", cel.DynType), cel.Variable("oldSelf", cel.DynType))
	if err != nil {
		panic(err)
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	write := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var r request
		if err := utiljson.Unmarshal(in.Bytes(), &r); err != nil {
			panic(err)
		}
		var out reply
		if r.Use != "" {
			out = validate(r)
		} else {
			out = evaluate(r)
		}
		if err := write.Encode(out); err != nil {
			panic(err)
		}
	}
}
